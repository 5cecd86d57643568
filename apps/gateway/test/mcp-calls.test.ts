import { err } from '@fjmcp-broker/shared/result'
import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, type SessionCaller, toolCall } from './mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let caller: SessionCaller

beforeEach(async () => {
  mcp = createMcpEndpoint()
  caller = await mcp.open(mcp.token('alice'))
  mcp.runner.asked.length = 0
})

test('answers a lone response as JSON, under the id it was asked with', async () => {
  const response = await mcp.post(toolCall('seven', 'get_issue_by_index', { index: 3 }), caller)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: 'seven', result: { content: [{ type: 'text' }] } })
  expect(mcp.runner.asked).toEqual(['describe full', 'call tools/call'])
})

test.each(['resources/read', 'completion/complete'])('relays %s', async (method) => {
  const params = {
    uri: 'forgejo://owner/a',
    cursor: 'c',
    ref: { type: 'ref/resource', uri: 'forgejo://{owner}' },
    argument: { name: 'owner', value: 'a' },
  }
  await mcp.post({ jsonrpc: '2.0', id: 1, method, params }, caller)
  expect(mcp.runner.sent).toMatchObject([{ method, id: 1 }])
})

test.each([
  'prompts/list',
  'prompts/get',
  'resources/subscribe',
  'tasks/list',
  'sampling/createMessage',
  'constructor',
  '__proto__',
  'Tools/Call',
])('does not know %s', async (method) => {
  const response = await mcp.post({ jsonrpc: '2.0', id: 1, method, params: {} }, caller)
  expect(await response.json()).toMatchObject({ id: 1, error: { code: -32601 } })
  expect(mcp.runner.asked).toEqual([])
})

const longToken = { name: 'a', _meta: { progressToken: 'x'.repeat(257) } }

test.each([{}, { name: 7 }, { name: '' }, { name: 'a', arguments: [] }, { name: 'a', _meta: { progressToken: {} } }, longToken])(
  'refuses a tool call with the parameters %j',
  async (params) => {
    const response = await mcp.post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, caller)
    expect(await response.json()).toMatchObject({ id: 1, error: { code: -32602, message: expect.stringContaining('params.') } })
    expect(mcp.runner.asked).toEqual([])
  },
)

test('tells the runner of a session with the first call that needs it, and never again', async () => {
  for (const id of [1, 2, 3]) await mcp.post(toolCall(id), caller)
  expect(mcp.runner.asked.filter((asked) => asked.startsWith('describe'))).toEqual(['describe full'])
})

test('describes a session that the runner does not know any more and repeats the call once', async () => {
  await mcp.post(toolCall(0), caller)
  mcp.runner.asked.length = 0
  mcp.runner.restart()
  const response = await mcp.post(toolCall(1), caller)
  expect(await response.json()).toHaveProperty('result')
  expect(mcp.runner.asked).toEqual(['call tools/call', 'describe full', 'call tools/call'])
})

test('gives up when the runner does not know a session that it was just told of', async () => {
  mcp.runner.remembers = false
  mcp.runner.restart()
  const response = await mcp.post(toolCall(1), caller)
  expect(response.status).toBe(503)
  expect(mcp.runner.asked.filter((asked) => asked === 'call tools/call')).toHaveLength(2)
})

test('tells the runner once of a session that many calls find forgotten', async () => {
  await mcp.post(toolCall(20), caller)
  mcp.runner.asked.length = 0
  mcp.runner.restart()
  const responses = await Promise.all(Array.from({ length: 20 }, (_, id) => mcp.post(toolCall(id), caller)))
  for (const response of responses) expect(await response.json()).toHaveProperty('result')
  expect(mcp.runner.asked.filter((asked) => asked === 'describe full')).toHaveLength(1)
})

test('answers 503 while the runner is out of reach, and sends nothing later', async () => {
  mcp.runner.isDown = true
  const response = await mcp.post(toolCall(1), caller)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({ id: 1, error: { code: -32603, message: expect.any(String) } })
  mcp.runner.isDown = false
  expect(mcp.runner.sent).toEqual([])
})

test('repeats nothing when the connection breaks after a call was sent', async () => {
  mcp.runner.script = (call) => call.breakReading()
  const response = await mcp.post(toolCall(1, 'create_issue'), caller)
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ id: 1, error: { message: expect.stringContaining('took effect') } })
  expect(mcp.runner.sent).toHaveLength(1)
})

test.each([
  [429, '1', { reason: 'too_many_calls', limit: 64 }, 'This session has 64 calls under way'],
  [429, '1', { reason: 'too_many_calls_of_user', limit: 128 }, 'You have 128 calls under way'],
  [503, '4', { reason: 'queue_full', retryAfterSeconds: 4 }, 'too many calls wait already'],
  [503, '9', { reason: 'circuit_open', detail: 'the program was not found.', retryAfterSeconds: 9 }, 'the program was not found.'],
] as const)('answers a call that was not taken with %d and when to come again (%s): %o; the session goes on', async (...expected) => {
  const [status, seconds, rejection, words] = expected
  mcp.runner.callRejection = rejection
  const response = await mcp.post(toolCall('a'), caller)
  expect([response.status, response.headers.get('retry-after')]).toEqual([status, seconds])
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: 'a', error: { message: expect.stringContaining(words) } })
  mcp.runner.callRejection = undefined
  expect(await (await mcp.post(toolCall('b'), caller)).json()).toHaveProperty('result')
})

test('passes an error of the child on as it is', async () => {
  mcp.runner.script = (call) => call.error('issue 3 does not exist')
  const response = await mcp.post(toolCall(1), caller)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'issue 3 does not exist' } })
})

test('turns a call that met a dead credential into a challenge', async () => {
  mcp.runner.script = (call) => call.error('the sign-in has ended', 'credential_dead')
  const response = await mcp.post(toolCall(1), caller)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(await response.json()).toMatchObject({ id: 1, error: { message: 'the sign-in has ended' } })
})

test('answers a cancelled call with a stream in which nothing comes', async () => {
  mcp.runner.script = (call) => call.end()
  const response = await mcp.post(toolCall(1), caller)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(await response.text()).toBe('')
})

test('stops reading when the client leaves, and lets the call run on', async () => {
  const sent = Promise.withResolvers<void>()
  mcp.runner.script = () => sent.resolve()
  const client = new AbortController()
  const responding = mcp.post(toolCall(1), { ...caller, signal: client.signal })
  await sent.promise
  client.abort()
  await responding
  expect(mcp.runner.asked).toEqual(['describe full', 'call tools/call'])
  expect(mcp.logged.at(-1)).toMatchObject({ event: 'call_finished', outcome: 'client_left' })
})

test('logs every call once, without its arguments', async () => {
  await mcp.post(toolCall(1, 'get_issue_by_index', { owner: 'secret' }), caller)
  const lines = mcp.logged.filter(({ event }) => event === 'call_finished')
  expect(lines).toEqual([
    {
      event: 'call_finished',
      session: expect.stringMatching(/^ses_/),
      method: 'tools/call',
      tool: 'get_issue_by_index',
      durationMs: 0,
      outcome: 'result',
    },
  ])
})

test.each(['result', 'refused', 'reading_failed'])('a call is begun before the runner is asked, and over once: %s', async (outcome) => {
  const happened: string[] = []
  const probe = {
    callStarted(tool: string | undefined) {
      happened.push(`begun ${tool}`)
      return { finished: (outcome: string) => void happened.push(outcome) }
    },
  }
  const mcp = createMcpEndpoint({ probe })
  const alice = await mcp.open(mcp.token('alice'))
  const before = { ...mcp.runner }
  mcp.runner.call = async (request) => {
    happened.push('asked')
    if (outcome === 'reading_failed') throw new RunnerUnavailable('no connection')
    return outcome === 'refused' ? err({ reason: 'queue_full', retryAfterSeconds: 1 }) : before.call(request)
  }
  await (await mcp.post(toolCall(1), alice)).text()
  expect(happened).toEqual(['begun get_issue_by_index', 'asked', outcome])
})
