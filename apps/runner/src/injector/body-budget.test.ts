import { expect, test } from 'vitest'
import { createBodyBudget } from './body-budget.ts'

test('gives one user a quarter in all requests, and gives it again once one is over', () => {
  const budget = createBodyBudget(400)
  const [first, second, others] = [budget.open('alice'), budget.open('alice'), budget.open('bob')]
  expect([first.take(60), second.take(41), second.take(40), others.take(100)]).toEqual([true, false, true, true])
  first.close()
  first.close()
  expect([second.take(61), second.take(60)]).toEqual([false, true])
})

test('has no more than all of it for all users', () => {
  const budget = createBodyBudget(400)
  const accounts = ['a', 'b', 'c', 'd', 'e'].map((userId) => budget.open(userId))
  expect(accounts.map((account) => account.take(90))).toEqual([true, true, true, true, false])
})
