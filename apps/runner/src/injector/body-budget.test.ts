import { expect, test } from 'vitest'
import { createBodyBudget } from './body-budget.ts'

test('gives one user a quarter in all requests, and gives it again once one is over', () => {
  const budget = createBodyBudget(400)
  const [first, second, others] = [budget.open('alice'), budget.open('alice'), budget.open('bob')]
  expect([first.take(60), second.take(41), second.take(40), others.take(75)]).toEqual([true, false, true, true])
  first.close()
  first.close()
  expect([second.take(42), second.take(41)]).toEqual([false, true])
})

test('leaves something to each further user, whatever the others take', () => {
  const budget = createBodyBudget(400)
  const [alice, bob, carol] = [budget.open('alice'), budget.open('bob'), budget.open('carol')]
  expect([alice.take(100), bob.take(76), bob.take(75), carol.take(57), carol.take(56)]).toEqual([true, false, true, false, true])
})
