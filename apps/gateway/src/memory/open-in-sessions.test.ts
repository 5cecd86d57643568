import { expect, test } from 'vitest'
import { createOpenInSessions } from './open-in-sessions.ts'

const [first, second, other] = [
  { id: 'ses_1', userId: 'alice' },
  { id: 'ses_2', userId: 'alice' },
  { id: 'ses_3', userId: 'bob' },
]

test('something is open in a session until all of it is over', () => {
  const open = createOpenInSessions()
  const [endCall, endOther, endStream] = [open.addCall(first), open.addCall(first), open.addStream(second, () => {})]
  open.addCall(other)
  expect(open.list('alice')).toEqual({ calls: ['ses_1'], streams: ['ses_2'] })
  expect(open.list()).toEqual({ calls: ['ses_1', 'ses_3'], streams: ['ses_2'] })
  endCall()
  endCall()
  endStream()
  expect(open.list('alice')).toEqual({ calls: ['ses_1'], streams: [] })
  endOther()
  expect(open.list('alice')).toEqual({ calls: [], streams: [] })
})

test('ends what is open in a session once, and nothing of another', () => {
  const open = createOpenInSessions()
  const ended: string[] = []
  const leave = open.addStream(first, () => ended.push('first'))
  open.addStream(second, () => ended.push('second'))
  open.end('ses_1')
  open.end('ses_1')
  leave()
  expect(ended).toEqual(['first'])
  expect(open.list()).toEqual({ calls: [], streams: ['ses_2'] })
})
