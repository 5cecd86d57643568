import { expect, test } from 'vitest'
import { createCollectedLog } from '../../test/oauth/collected-log.ts'
import { createBodyBudget } from './body-budget.ts'

function createBudget() {
  const log = createCollectedLog()
  const clock = { nowMs: 0 }
  return { log, clock, budget: createBodyBudget({ name: 'messages', totalBytes: 16, clock: () => clock.nowMs, log }) }
}

test('one sender has a quarter, in however many bodies', () => {
  const { budget } = createBudget()
  const [first, second] = [budget.open('alice'), budget.open('alice')]
  expect([first.take(3), second.take(1)]).toEqual([undefined, undefined])
  expect(second.take(1)).toEqual({ reason: 'too_much_of_sender' })
  expect(budget.open('bob').take(4)).toBeUndefined()
})

test('all senders together have no more than everything', () => {
  const { budget } = createBudget()
  for (const sender of ['a', 'b', 'c', 'd']) expect(budget.open(sender).take(4)).toBeUndefined()
  expect(budget.open('e').take(1)).toEqual({ reason: 'too_much_in_all' })
})

test('what a body took is there again after its end, once', () => {
  const { budget } = createBudget()
  const first = budget.open('alice')
  first.take(4)
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  const next = budget.open('alice')
  expect([next.take(4), next.take(1)]).toEqual([undefined, { reason: 'too_much_of_sender' }])
})

test('says once a minute that it refuses, and whom', () => {
  const { budget, log, clock } = createBudget()
  const account = budget.open('alice')
  for (const nowMs of [0, 1, 59_999, 60_000]) {
    clock.nowMs = nowMs
    account.take(5)
  }
  expect(log.events).toMatchObject(
    Array.from({ length: 2 }, () => ({ event: 'bodies_refused', fields: { of: 'messages', sender: 'alice' } })),
  )
})
