import { expect, test } from 'vitest'
import { createUnansweredRejections } from './unanswered-rejections.ts'

test.each([
  { answer: 'a newer token', credential: { generation: 4, accessToken: 'new' }, isSettled: true },
  { answer: 'the token that was refused', credential: { generation: 3, accessToken: 'old' }, isSettled: false },
  { answer: 'the end of the refused credential', credential: { generation: 3, accessToken: null }, isSettled: true },
  { answer: 'the end of an older credential', credential: { generation: 2, accessToken: null }, isSettled: false },
])('$answer settles a rejection: $isSettled', ({ credential, isSettled }) => {
  const rejections = createUnansweredRejections()
  rejections.add({ userId: 'usr_1', generation: 3 })
  rejections.settle({ userId: 'usr_1', ...credential })
  expect(rejections.list()).toStrictEqual(isSettled ? [] : [{ userId: 'usr_1', generation: 3 }])
})

test('the credential of one user does not settle the rejection of another', () => {
  const rejections = createUnansweredRejections()
  rejections.add({ userId: 'usr_1', generation: 0 })
  rejections.settle({ userId: 'usr_2', generation: 1, accessToken: 'token' })
  expect(rejections.list()).toStrictEqual([{ userId: 'usr_1', generation: 0 }])
})
