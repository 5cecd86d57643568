import { expect, test } from 'vitest'
import { createBodyBudget } from './body-budget.ts'

test('gives one user a share in all requests, and gives it again, once, when one is over', () => {
  const budget = createBodyBudget(400)
  const [first, second, others] = [budget.open('alice'), budget.open('alice'), budget.open('bob')]
  expect([first.take(60), second.take(41), second.take(40), others.take(75)]).toEqual([true, false, true, true])
  first.close()
  first.close()
  expect([second.take(42), second.take(41)]).toEqual([false, true])
})
