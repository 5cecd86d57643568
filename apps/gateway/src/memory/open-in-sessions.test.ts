import { expect, test } from 'vitest'
import { createOpenInSessions } from './open-in-sessions.ts'

const [first, second, other] = [
  { id: 'ses_1', userId: 'alice' },
  { id: 'ses_2', userId: 'alice' },
  { id: 'ses_3', userId: 'bob' },
]

test('a session is busy until all that is open in it is over', () => {
  const open = createOpenInSessions()
  const leave = [open.add(first), open.add(first)]
  open.add(other)
  expect(open.listBusy('alice')).toEqual(['ses_1'])
  expect(open.listBusy()).toEqual(['ses_1', 'ses_3'])
  leave[0]?.()
  leave[0]?.()
  expect(open.listBusy('alice')).toEqual(['ses_1'])
  leave[1]?.()
  expect(open.listBusy('alice')).toEqual([])
})

test('ends what is open in a session once, and nothing of another', () => {
  const open = createOpenInSessions()
  const ended: string[] = []
  const leave = open.add(first, () => ended.push('first'))
  open.add(second, () => ended.push('second'))
  open.end('ses_1')
  open.end('ses_1')
  leave()
  expect(ended).toEqual(['first'])
  expect(open.listBusy()).toEqual(['ses_2'])
})
