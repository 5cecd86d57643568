import { expect, test } from 'vitest'
import type { Target } from '../targets.ts'
import { judgeTarget } from './judge-target.ts'
import type { Summary } from './summary.ts'

const atLeast: Target = { figure: 'calls_per_second_50', of: 'ratio_to_floor', bound: { atLeast: 0.6 }, kind: 'to_win' }
const atMost: Target = { figure: 'idle_pss', of: 'value', bound: { atMost: 512 }, kind: 'binding' }
const above: Target = { figure: 'call_p50_1', of: 'above_floor', bound: { atMost: 0.5 }, kind: 'to_win' }
const none: Target = { figure: 'idle_children', of: 'value', bound: { atMost: 0 }, kind: 'binding' }

test('a bound itself is reached', () => {
  expect(judgeTarget(atLeast, [broker({ figure: 'calls_per_second_50', ratioToFloor: 0.6 })])).toEqual({ state: 'reached', value: 0.6 })
  expect(judgeTarget(atMost, [broker({ figure: 'idle_pss', median: 512 })])).toEqual({ state: 'reached', value: 512 })
})

test('what misses a bound says by how much', () => {
  const slow = judgeTarget(atLeast, [broker({ figure: 'calls_per_second_50', ratioToFloor: 0.45 })])
  expect(slow).toMatchObject({ state: 'missed', value: 0.45, by: expect.closeTo(0.15), byShare: expect.closeTo(0.25) })
  const large = judgeTarget(atMost, [broker({ figure: 'idle_pss', median: 768 })])
  expect(large).toEqual({ state: 'missed', value: 768, by: 256, byShare: 0.5 })
  expect(judgeTarget(above, [broker({ figure: 'call_p50_1', median: 2, aboveFloor: 1 })])).toMatchObject({ value: 1, by: 0.5 })
})

test('of a bound that is nothing no share can be missed', () => {
  expect(judgeTarget(none, [broker({ figure: 'idle_children', median: 3 })])).toEqual({
    state: 'missed',
    value: 3,
    by: 3,
    byShare: undefined,
  })
})

test('what was not measured is not reached', () => {
  expect(judgeTarget(atMost, [])).toEqual({ state: 'not_measured' })
  expect(judgeTarget(atLeast, [broker({ figure: 'calls_per_second_50', median: 5_000 })])).toEqual({ state: 'not_measured' })
  expect(judgeTarget(atMost, [broker({ figure: 'idle_pss', median: Number.NaN })])).toEqual({ state: 'not_measured' })
})

test('only the broker is held to targets', () => {
  expect(judgeTarget(atMost, [{ ...broker({ figure: 'idle_pss', median: 1 }), subject: 'floor' }])).toEqual({ state: 'not_measured' })
})

function broker(summary: Pick<Summary, 'figure'> & Partial<Summary>): Summary {
  return { subject: 'broker', median: 1, ratioToFloor: undefined, aboveFloor: undefined, values: [], ...summary }
}
