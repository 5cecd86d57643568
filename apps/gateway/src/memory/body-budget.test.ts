import { expect, test } from 'vitest'
import { createCollectedLog } from '../../test/oauth/collected-log.ts'
import { createBodyBudget } from './body-budget.ts'

const patient = new AbortController().signal

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
  expect(budget.open('bob').take(3)).toBeUndefined()
})

test('a sender has a quarter of what the others leave, so that no few of them leave nothing', () => {
  const { budget } = createBudget()
  expect(budget.open('a').take(4)).toBeUndefined()
  expect(budget.open('b').take(4)).toEqual({ reason: 'too_much_in_all' })
  for (const [sender, bytes] of [
    ['b', 3],
    ['c', 2],
    ['d', 1],
  ] as const)
    expect(budget.open(sender).take(bytes)).toBeUndefined()
  expect(budget.open('e').take(2)).toEqual({ reason: 'too_much_in_all' })
  expect(budget.open('e').take(1)).toBeUndefined()
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

test('who waits for room gets it when others give theirs back, each sender in order', async () => {
  const { budget } = createBudget()
  const [first, second, third] = [budget.open('alice'), budget.open('alice'), budget.open('alice')]
  first.take(4)
  const got: string[] = []
  const waiting = [second.untilTaken(3, patient).then(() => got.push('large')), third.untilTaken(1, patient).then(() => got.push('small'))]
  first.giveBack(1)
  // There is room for one, but another was there before.
  expect(budget.open('alice').take(1)).toEqual({ reason: 'too_much_of_sender' })
  first.giveBack(3)
  await Promise.all(waiting)
  expect(got).toEqual(['large', 'small'])
  expect(budget.open('alice').take(1)).toEqual({ reason: 'too_much_of_sender' })
})

test('who has gone waits no longer, keeps nothing and lets the next one have it', async () => {
  const { budget } = createBudget()
  const [first, gone, next] = [budget.open('alice'), budget.open('alice'), budget.open('alice')]
  first.take(3)
  const ended = gone.untilTaken(4, patient)
  const waiting = next.untilTaken(1, patient)
  gone[Symbol.dispose]()
  await Promise.all([ended, waiting])
  expect(gone.take(100)).toBeUndefined()
  expect(budget.open('alice').take(1)).toEqual({ reason: 'too_much_of_sender' })
})

test('who has waited long enough takes nothing, now or later, and lets the next one have it', async () => {
  const { budget } = createBudget()
  const [first, impatient, next] = [budget.open('alice'), budget.open('alice'), budget.open('alice')]
  first.take(3)
  const impatience = new AbortController()
  const ended = impatient.untilTaken(4, impatience.signal)
  const waiting = next.untilTaken(1, patient)
  impatience.abort()
  expect(await Promise.all([ended, waiting])).toEqual([false, true])
  first.giveBack(3)
  expect([next.take(3), next.take(1)]).toEqual([undefined, { reason: 'too_much_of_sender' }])
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
