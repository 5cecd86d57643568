import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

function createLimit({ perMinute = 10, mostKeys = 100 } = {}) {
  const clock = { nowMs: 1_000_000 }
  return { clock, limit: createRateLimit({ perMinute, mostKeys, clock: () => clock.nowMs }) }
}

function takeMany(limit: RateLimit, key: string, count: number): number {
  return Array.from({ length: count }, () => limit.take(key)).filter((seconds) => seconds === 0).length
}

test('gives each key a minute’s worth at once, and more as time goes by', () => {
  const { clock, limit } = createLimit()
  expect(takeMany(limit, 'a', 50)).toBe(10)
  expect(takeMany(limit, 'b', 50)).toBe(10)
  expect(limit.take('a')).toBe(6)
  clock.nowMs += 6_000
  expect(takeMany(limit, 'a', 50)).toBe(1)
})

test('looks without taking', () => {
  const { limit } = createLimit({ perMinute: 1 })
  expect(limit.secondsToWait('a')).toBe(0)
  expect(limit.take('a')).toBe(0)
  expect(limit.secondsToWait('a')).toBe(60)
})

test('charges what something cost, and never more than there is', () => {
  const { clock, limit } = createLimit()
  limit.charge('a', 4)
  expect(takeMany(limit, 'a', 50)).toBe(6)
  limit.charge('a', 1_000)
  clock.nowMs += 6_000
  expect(limit.take('a')).toBe(0)
})

test('keeps no more accounts than it may: who has used least is forgotten', () => {
  const { limit } = createLimit()
  limit.take('light')
  for (let n = 0; n < 100; n++) takeMany(limit, `heavier-${n}`, 2)
  expect(takeMany(limit, 'light', 50)).toBe(10)
})

test('at the bound of its memory it forgets nobody who has used up what they had, and refuses nobody new', () => {
  const { limit } = createLimit()
  takeMany(limit, 'attacker', 10)
  for (let n = 0; n < 10_000; n++) expect(limit.take(`other-${n}`)).toBe(0)
  expect(limit.take('attacker')).toBeGreaterThan(0)
})

test('who has used up what they had is forgotten only for very many who have too', () => {
  const { limit } = createLimit()
  takeMany(limit, 'attacker', 10)
  for (let n = 0; n < 74; n++) takeMany(limit, `accomplice-${n}`, 10)
  for (let n = 0; n < 10_000; n++) limit.take(`other-${n}`)
  expect(limit.take('attacker')).toBeGreaterThan(0)
})

test('gives no key more than its minute’s worth and what flowed in, however they are mixed', () => {
  const step = fc.record({ key: fc.nat(50).map(String), waitMs: fc.nat(20_000), count: fc.nat(12) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { clock, limit } = createLimit()
      const beganAtMs = clock.nowMs
      const taken = new Map<string, number>()
      for (const { key, waitMs, count } of steps) {
        clock.nowMs += waitMs
        taken.set(key, (taken.get(key) ?? 0) + takeMany(limit, key, count))
        expect(taken.get(key)).toBeLessThanOrEqual(10 + ((clock.nowMs - beganAtMs) * 10) / 60_000)
      }
    }),
    { seed: 6585 },
  )
})
