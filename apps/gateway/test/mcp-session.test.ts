import { beforeEach, expect, test } from 'vitest'
import { StoreFailure } from '../src/store/store.ts'
import { createMcpEndpoint, initializeRequest, type McpEndpoint, mcpUrl, type SessionCaller, toolCall } from './mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let token: string
const ping = { jsonrpc: '2.0', id: 5, method: 'ping' }

beforeEach(() => {
  mcp = createMcpEndpoint()
  token = mcp.token('alice')
})

async function endSession(caller: SessionCaller): Promise<Response> {
  const headers = { authorization: `Bearer ${caller.token}`, 'mcp-session-id': caller.session }
  return mcp.fetch(new Request(mcpUrl, { method: 'DELETE', headers }))
}

test.each([
  ['2025-11-25', '2025-11-25'],
  ['2025-06-18', '2025-06-18'],
  ['2025-03-26', '2025-03-26'],
  ['2024-11-05', '2025-11-25'],
  ['2026-07-28', '2025-11-25'],
])('asked for %s, opens a session at %s', async (asked, agreed) => {
  const response = await mcp.post(initializeRequest(asked), { token })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({
    jsonrpc: '2.0',
    id: 0,
    result: {
      protocolVersion: agreed,
      capabilities: { tools: { listChanged: true }, resources: {}, logging: {} },
      serverInfo: { name: 'Forgejo MCP Server', version: '2.34.1', title: expect.stringContaining('forgejo-mcp-broker') },
    },
  })
  expect([...mcp.rows.values()]).toMatchObject([{ userId: 'usr_alice', clientId: 'cli_alice', protocolVersion: agreed }])
})

test('opens a new session for a client that comes with one that has ended', async () => {
  const old = await mcp.open(token)
  await endSession(old)
  const response = await mcp.post(initializeRequest(), old)
  expect(response.status).toBe(200)
  expect(response.headers.get('mcp-session-id')).not.toBe(old.session)
})

test('says why no session can be opened when the child does not start, and leaves none', async () => {
  mcp.runner.childFailure = { reason: 'child_unavailable', detail: 'the program was not found' }
  const response = await mcp.post(initializeRequest(), { token })
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await response.json()).toMatchObject({ id: 0, error: { message: expect.stringContaining('the program was not found') } })
  expect(response.headers.has('mcp-session-id')).toBe(false)
  expect(mcp.rows.size).toBe(0)
})

test('says nothing to the runner of a session that is opened, stored or not', async () => {
  const insert = () => Promise.reject(new StoreFailure('disk full'))
  mcp = createMcpEndpoint({ store: { insert } })
  const response = await mcp.post(initializeRequest(), { token: mcp.token('alice') })
  expect(response.status).toBe(503)
  expect(await response.text()).not.toContain('disk full')
  expect(mcp.runner.asked).toEqual(['catalogue'])
})

test('refuses an initialize that lacks what it has to say', async () => {
  const response = await mcp.post({ ...initializeRequest(), params: { capabilities: {} } }, { token })
  expect(await response.json()).toMatchObject({ error: { code: -32602, message: expect.stringContaining('protocolVersion') } })
})

test('answers a request without a session id with 400', async () => {
  const response = await mcp.post(ping, { token })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ id: 5, error: { code: -32000, message: expect.stringContaining('initialize') } })
})

test('answers an unknown session with 404', async () => {
  const response = await mcp.post(ping, { token, session: 'made-up' })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ id: 5, error: { code: -32001 } })
})

test('continues a session with a refreshed token', async () => {
  const { session } = await mcp.open(token)
  const response = await mcp.post(ping, { token: mcp.token('alice'), session })
  expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 5, result: {} })
})

test.each([
  ['2025-11-25', 200],
  ['2025-06-18', 400],
  ['2026-07-28', 400],
  ['nonsense', 400],
])('answers MCP-Protocol-Version %s in a session at 2025-11-25 with %i', async (version, status) => {
  const caller = await mcp.open(token)
  const response = await mcp.post(ping, { ...caller, headers: { 'mcp-protocol-version': version } })
  expect(response.status).toBe(status)
})

test('ends a session for good, and its stream with it', async () => {
  const caller = await mcp.open(token)
  const stream = await mcp.get(caller)
  expect((await endSession(caller)).status).toBe(204)
  expect(await stream.text()).toMatch(/^:/)
  expect(mcp.rows.size).toBe(0)
  expect(mcp.runner.asked.at(-1)).toBe('end')
  expect((await endSession(caller)).status).toBe(404)
  expect((await mcp.post(ping, caller)).status).toBe(404)
})

test('ends a session while the runner is out of reach', async () => {
  const caller = await mcp.open(token)
  mcp.runner.isDown = true
  expect((await endSession(caller)).status).toBe(204)
  expect(mcp.rows.size).toBe(0)
})

test('takes notifications and responses without an answer', async () => {
  const caller = await mcp.open(token)
  for (const message of [
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', method: 'notifications/roots/list_changed', params: {} },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: {} } },
    { jsonrpc: '2.0', id: 4, result: {} },
    { jsonrpc: '2.0', id: 4, error: { code: 1, message: 'no' } },
  ]) {
    const response = await mcp.post(message, caller)
    expect([response.status, await response.text()]).toEqual([202, ''])
  }
  expect(mcp.runner.asked).toEqual(['catalogue'])
})

test('passes a cancellation on', async () => {
  const caller = await mcp.open(token)
  await mcp.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'r7', reason: 'changed my mind' } }, caller)
  expect(mcp.runner.asked.at(-1)).toBe('cancel s:ses_ r7')
})

const setLevel = { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'debug' } }

test('keeps the log level for when the runner is told of the session', async () => {
  const caller = await mcp.open(token)
  expect(await (await mcp.post(setLevel, caller)).json()).toEqual({ jsonrpc: '2.0', id: 1, result: {} })
  expect([...mcp.rows.values()]).toMatchObject([{ logLevel: 'debug' }])
  expect(mcp.runner.asked).toEqual(['catalogue'])
  await mcp.post(toolCall(2), caller)
  mcp.runner.restart()
  await mcp.post(toolCall(3), caller)
  expect(describes()).toEqual(['describe full debug', 'describe full debug'])
})

test('tells a runner that knows the session of its new log level at once, without a message to a child', async () => {
  const caller = await mcp.open(token)
  await mcp.post(toolCall(2), caller)
  await mcp.post(setLevel, caller)
  expect(describes()).toEqual(['describe full', 'describe full debug'])
  expect(mcp.runner.sent).toMatchObject([{ method: 'tools/call' }])
})

test('takes a log level while the runner is out of reach, and tells it with the next call', async () => {
  const caller = await mcp.open(token)
  await mcp.post(toolCall(2), caller)
  mcp.runner.isDown = true
  expect(await (await mcp.post(setLevel, caller)).json()).toHaveProperty('result')
  mcp.runner.isDown = false
  await mcp.post(toolCall(3), caller)
  expect(describes()).toEqual(['describe full', 'describe full debug'])
})

function describes(): readonly string[] {
  return mcp.runner.asked.filter((asked) => asked.startsWith('describe'))
}

test('refuses a log level that there is none of', async () => {
  const caller = await mcp.open(token)
  const response = await mcp.post({ jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'loud' } }, caller)
  expect(await response.json()).toMatchObject({ id: 1, error: { code: -32602 } })
})

test('writes when sessions were used once for many calls', async () => {
  const [alice, bob] = [await mcp.open(token), await mcp.open(mcp.token('bob'))]
  for (const caller of [alice, bob, alice, alice]) await mcp.post(ping, caller)
  expect(mcp.touched).toEqual([])
  await mcp.sessions.flush()
  expect(mcp.touched).toEqual([[...mcp.rows.values()].map((row) => row.id)])
})

test('does not bring a session back for a request that was on its way when it ended', async () => {
  const caller = await mcp.open(token)
  const call = mcp.runner.call.bind(mcp.runner)
  mcp.runner.call = async (request) => {
    await endSession(caller)
    return call(request)
  }
  const response = await mcp.post(toolCall(1), caller)
  expect(response.status).toBe(404)
  expect(describes()).toHaveLength(1)
})
