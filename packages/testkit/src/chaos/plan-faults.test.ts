import { expect, test } from 'vitest'
import { describeFault, planFaults } from './plan-faults.ts'
import { createRandom } from './random.ts'

const kinds = 14

test('plans the same faults for the same seed, and others for another', () => {
  const plan = planWith(1)
  expect(planWith(1)).toEqual(plan)
  expect(planWith(2)).not.toEqual(plan)
})

test('has every kind of fault come once before any comes again', () => {
  const described = planWith(3).map(({ fault }) => describeFault(fault))
  expect(new Set(described.slice(0, kinds)).size).toBe(kinds)
  expect(new Set(described).size).toBe(kinds)
})

function planWith(seed: number) {
  return planFaults({ random: createRandom(seed), count: 2 * kinds })
}
