import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, initializeRequest, type McpEndpoint, type SessionCaller, toolCall } from './mcp/mcp-endpoint.ts'
import { readAll } from './mcp/read-stream.ts'
import type { ScriptedCall } from './mcp/scripted-runner.ts'

let mcp: McpEndpoint
let caller: SessionCaller

beforeEach(async () => {
  mcp = createMcpEndpoint({ timings: { headWaitMs: 5 } })
  caller = await mcp.open(mcp.token('alice', 'write'), '2025-03-26')
})

test('answers every request of a batch in one array, and nothing else of it', async () => {
  const response = await mcp.post(
    [
      toolCall('a'),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 'b', method: 'ping' },
      toolCall('c', 'delete_repo'),
      { jsonrpc: '2.0', id: 'd', method: 'prompts/list' },
      { id: 'e', method: 'ping' },
      toolCall('f'),
    ],
    caller,
  )
  expect(response.status).toBe(200)
  const answers = (await response.json()) as { id: string }[]
  expect(answers.toSorted((left, right) => left.id.localeCompare(right.id))).toMatchObject([
    { id: 'a', result: {} },
    { id: 'b', result: {} },
    { id: 'c', error: { message: expect.stringContaining('access level') } },
    { id: 'd', error: { code: -32601 } },
    { id: 'e', error: { code: -32600 } },
    { id: 'f', result: {} },
  ])
})

test('answers a batch as a stream when something comes before the last response', async () => {
  mcp.runner.script = (call) => {
    if (call.message.params?.['name'] === 'create_issue') call.notify('notifications/progress')
    call.result({})
  }
  const events = await readAll(
    await mcp.post([toolCall(1), toolCall(2, 'create_issue'), { jsonrpc: '2.0', id: 3, method: 'ping' }], caller),
  )
  expect(events.map(({ id }) => id)).toEqual([undefined, undefined, undefined, undefined])
  expect(events.flatMap(({ data }) => (Object(data).result ? [Object(data).id] : [])).toSorted()).toEqual([1, 2, 3])
})

test('answers a slow batch as a stream', async () => {
  const held: (() => void)[] = []
  mcp.runner.script = (call) => held.push(() => call.result({}))
  const response = await mcp.post([toolCall(1), toolCall(2)], caller)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  for (const release of held) release()
  expect((await readAll(response)).map(({ data }) => Object(data).id)).toEqual([1, 2])
})

test('takes a batch of notifications without an answer', async () => {
  const response = await mcp.post(
    [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 1, result: {} },
    ],
    caller,
  )
  expect(response.status).toBe(202)
})

test('refuses a batch in a session of a later revision', async () => {
  const later = await mcp.open(caller.token, '2025-06-18')
  const response = await mcp.post([toolCall(1)], later)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32600, message: expect.stringContaining('2025-06-18') } })
})

test('refuses initialize in a batch, an endless batch, and a batch without a session', async () => {
  const endless = Array.from({ length: 101 }, (_, id) => toolCall(id))
  for (const batch of [[initializeRequest('2025-03-26')], endless]) {
    const response = await mcp.post(batch, caller)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: -32600 } })
  }
  expect((await mcp.post([toolCall(1)], { token: caller.token })).status).toBe(400)
  expect(mcp.runner.sent).toEqual([])
})

test('outlives a reading that breaks while the client does not read', async () => {
  const held: ScriptedCall[] = []
  mcp.runner.script = (call) => held.push(call)
  const response = await mcp.post([toolCall(1), toolCall(2)], caller)
  const [first] = held
  first?.notify('notifications/progress')
  first?.breakReading()
  // An unhandled rejection shows once a turn of the event loop is over, and fails the run.
  await new Promise((resolve) => setImmediate(resolve))
  expect(await readAll(response)).toHaveLength(1)
})

test('answers the calls of a batch although the runner does not take a cancellation beside them', async () => {
  mcp.runner.cancel = () => Promise.reject(new RunnerUnavailable('gone'))
  const cancellation = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }
  const response = await mcp.post([cancellation, toolCall(1)], caller)
  expect(await response.json()).toMatchObject([{ id: 1, result: {} }])
})
