import { expect, it } from 'vitest'
import type { ChildMessage } from '../supervision/child-message.ts'
import { createAskedRequests } from './asked-requests.ts'

it('knows the first answer to what was asked, also once it was cancelled, and no other', () => {
  const asked = createAskedRequests()
  asked.note(request(100))
  asked.note({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 100 } })
  expect([asked.isAnswer(answer(101)), asked.isAnswer(answer(100)), asked.isAnswer(answer(100))]).toEqual([false, true, false])
})

it('takes nothing else for an answer', () => {
  const asked = createAskedRequests()
  asked.note({ jsonrpc: '2.0', id: 1, result: {} })
  const said: readonly ChildMessage[] = [
    answer(1),
    { kind: 'garbage' },
    { kind: 'notification', message: { jsonrpc: '2.0', method: 'notifications/message' } },
    { kind: 'request', message: { jsonrpc: '2.0', id: 1, method: 'ping' } },
  ]
  expect(said.filter((message) => asked.isAnswer(message))).toEqual([])
})

it('forgets what was asked longest ago of very much that is never answered', () => {
  const asked = createAskedRequests()
  for (let id = 0; id <= 20_000; id += 1) asked.note(request(id))
  expect([0, 1, 20_000].map((id) => asked.isAnswer(answer(id)))).toEqual([false, true, true])
})

function request(id: number) {
  return { jsonrpc: '2.0', id, method: 'tools/call' } as const
}

function answer(id: number): ChildMessage {
  return { kind: 'response', id, message: { jsonrpc: '2.0', id, result: {} } }
}
