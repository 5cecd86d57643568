import { expect, it } from 'vitest'
import { createByteAllowance } from './byte-allowance.ts'

it('lets five seconds’ worth through at once, and no byte more', () => {
  const { allowance } = create()
  expect([allowance.take(4_000), allowance.take(1_000), allowance.take(1)]).toEqual([true, true, false])
})

it('lets the rate through for as long as it goes on', () => {
  const { allowance, clock } = create()
  allowance.take(5_000)
  for (let second = 0; second < 60; second += 1) {
    clock.nowMs += 1_000
    expect(allowance.take(1_000)).toBe(true)
  }
  clock.nowMs += 1_000
  expect(allowance.take(1_001)).toBe(false)
})

it('saves up no more than that while nothing is written', () => {
  const { allowance, clock } = create()
  clock.nowMs += 3_600_000
  expect(allowance.take(5_001)).toBe(false)
})

it('gives nothing for a clock that goes back', () => {
  const { allowance, clock } = create()
  allowance.take(5_000)
  clock.nowMs -= 60_000
  expect(allowance.take(1)).toBe(false)
})

function create() {
  const clock = { nowMs: 1_000_000 }
  return { clock, allowance: createByteAllowance({ bytesPerSecond: 1_000, clock: () => clock.nowMs }) }
}
