import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, type SessionCaller, toolCall } from './mcp/mcp-endpoint.ts'
import { readAll, readStream } from './mcp/read-stream.ts'
import type { ScriptedCall } from './mcp/scripted-runner.ts'

let mcp: McpEndpoint
let caller: SessionCaller
/** The calls that wait for the test to answer them. */
let held: ScriptedCall[]
let callHeld: PromiseWithResolvers<ScriptedCall>

beforeEach(async () => {
  mcp = createMcpEndpoint({ timings: { headWaitMs: 1, keepAliveMs: 2, retryMs: 250 } })
  caller = await mcp.open(mcp.token('alice'))
  held = []
  callHeld = Promise.withResolvers()
  mcp.runner.script = (call) => {
    held.push(call)
    callHeld.resolve(call)
  }
})

/** Reads up to the first event that is no comment. */
async function nextEvent(events: AsyncGenerator<{ readonly comment?: string; readonly data?: unknown }>) {
  for (;;) {
    const { value, done } = await events.next()
    if (done === true || value.comment === undefined) return value
  }
}

test('becomes a stream after a silence, primed with an id to resume from', async () => {
  const response = await mcp.post(toolCall(1), caller)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect(response.headers.get('cache-control')).toBe('no-store')
  held[0]?.result({ done: true })
  const events = (await readAll(response)).filter(({ comment }) => comment === undefined)
  expect(events).toEqual([
    { id: expect.stringMatching(/^e1\.[\w-]{43}\.0$/), retry: '250' },
    { id: events[0]?.id?.replace(/0$/, '1'), data: { jsonrpc: '2.0', id: 1, result: { done: true } } },
  ])
})

test.each(['2025-06-18', '2025-03-26'])('sends no event without data to a client of %s', async (version) => {
  const older = await mcp.open(mcp.token('bob'), version)
  const response = await mcp.post(toolCall(1), older)
  held[0]?.result({})
  const events = (await readAll(response)).filter(({ comment }) => comment === undefined)
  expect(events).toEqual([{ id: expect.stringMatching(/\.1$/), data: { jsonrpc: '2.0', id: 1, result: {} } }])
})

test('becomes a stream at once when a notification comes', async () => {
  mcp = createMcpEndpoint()
  caller = await mcp.open(mcp.token('alice'))
  mcp.runner.script = (call) => {
    call.notify('notifications/progress', { progressToken: 1, progress: 1 })
    call.result({})
  }
  const events = await readAll(await mcp.post(toolCall(1), caller))
  expect(events.map(({ id }) => id?.split('.').at(-1))).toEqual(['0', '1', '2'])
  expect(mcp.runner.asked).not.toContain('status')
})

test('shows that a silent stream is alive', async () => {
  const events = readStream(await mcp.post(toolCall(1), caller))
  await events.next()
  expect((await events.next()).value).toEqual({ comment: 'keep-alive' })
  expect((await events.next()).value).toEqual({ comment: 'keep-alive' })
  held[0]?.result({})
  expect(await nextEvent(events)).toHaveProperty('data')
})

test('lets a client resume after it lost its connection: all that followed, nothing twice', async () => {
  const events = readStream(await mcp.post(toolCall(1, 'create_issue'), caller))
  const call = await callHeld.promise
  call.notify('first')
  expect(await nextEvent(events)).toMatchObject({ retry: '250' })
  const first = await nextEvent(events)
  await events.return(undefined)
  call.notify('second')
  const resumed = await mcp.get({ ...caller, headers: { 'last-event-id': String(Object(first).id) } })
  call.notify('third')
  call.result({ number: 1 })
  const rest = (await readAll(resumed)).filter(({ comment }) => comment === undefined)
  expect(rest[0]).toEqual({ id: Object(first).id, retry: '250' })
  expect(rest.slice(1).map(({ data }) => data)).toEqual([
    { jsonrpc: '2.0', method: 'second', params: {} },
    { jsonrpc: '2.0', method: 'third', params: {} },
    { jsonrpc: '2.0', id: 1, result: { number: 1 } },
  ])
  expect(mcp.runner.sent).toHaveLength(1)
})

test('lets a client resume one stream no more than 120 times a minute, and others all the same', async () => {
  const resume = (stream: string) => mcp.get({ ...caller, headers: { 'last-event-id': `epoch.${stream}.1` } })
  for (let n = 0; n < 120; n++) expect((await resume('one')).status).toBe(405)
  const refused = await resume('one')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  expect((await resume('another')).status).toBe(405)
})

test('stops reading when the client goes away in the middle of a stream, and lets the call run on', async () => {
  const events = readStream(await mcp.post(toolCall(1), caller))
  await events.next()
  await events.return(undefined)
  expect(await mcp.untilLogged('call_finished')).toMatchObject({ outcome: 'client_left' })
  expect(mcp.runner.asked.filter((asked) => asked.startsWith('cancel'))).toEqual([])
})

test('ends a stream without a response when its reading breaks, for the client to resume it', async () => {
  const response = await mcp.post(toolCall(1), caller)
  held[0]?.breakReading()
  const events = (await readAll(response)).filter(({ comment }) => comment === undefined)
  expect(events).toEqual([{ id: expect.stringMatching(/\.0$/), retry: '250' }])
})

test('answers 405 where nothing is left to replay', async () => {
  mcp.runner.script = (call) => {
    call.notify('first')
    call.result({})
  }
  const events = await readAll(await mcp.post(toolCall(1), caller))
  const response = await mcp.get({ ...caller, headers: { 'last-event-id': events.at(-1)?.id ?? '' } })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toContain('POST')
})

test.each(['e1.call-unknown.0', 'e9.call-unknown.4'])('answers 405 for the unknown event %s', async (id) => {
  expect((await mcp.get({ ...caller, headers: { 'last-event-id': id } })).status).toBe(405)
})

test('answers 405 for an event of the time before the runner was restarted', async () => {
  const events = readStream(await mcp.post(toolCall(1), caller))
  const primed = await nextEvent(events)
  await events.return(undefined)
  mcp.runner.restart()
  expect((await mcp.get({ ...caller, headers: { 'last-event-id': String(Object(primed).id) } })).status).toBe(405)
})

test.each(['nonsense', 'a.b', 'a.b.c', 'a.b.1.2', '../a.b.1', `e1.${'x'.repeat(200)}.1`])(
  'answers 400 for %.20s, which is no event id',
  async (id) => {
    expect((await mcp.get({ ...caller, headers: { 'last-event-id': id } })).status).toBe(400)
  },
)

test('has no stream without a session', async () => {
  expect((await mcp.get({ token: caller.token })).status).toBe(405)
  expect((await mcp.get({ ...caller, headers: { accept: 'application/json' } })).status).toBe(406)
})

test('keeps one standalone stream per session: the newest', async () => {
  const first = await mcp.get(caller)
  const second = readStream(await mcp.get(caller))
  expect((await readAll(first)).every(({ comment }) => comment !== undefined)).toBe(true)
  expect((await second.next()).done).toBe(false)
})

test('leaves the standalone stream open when one is asked for by a client that has gone already', async () => {
  const standalone = readStream(await mcp.get(caller))
  await mcp.get({ ...caller, signal: AbortSignal.abort() })
  for (let count = 0; count < 4; count += 1) expect((await standalone.next()).done).toBe(false)
})

test('leaves the standalone stream open when another one is resumed', async () => {
  const standalone = readStream(await mcp.get(caller))
  const posted = readStream(await mcp.post(toolCall(1), caller))
  const primed = await nextEvent(posted)
  const resumed = await mcp.get({ ...caller, headers: { 'last-event-id': String(Object(primed).id) } })
  held[0]?.result({})
  await readAll(resumed)
  for (let count = 0; count < 4; count += 1) expect((await standalone.next()).done).toBe(false)
})

test('says a dead credential on a stream as a JSON-RPC error', async () => {
  const response = await mcp.post(toolCall(1), caller)
  expect(response.status).toBe(200)
  held[0]?.error('the sign-in has ended', 'credential_dead')
  expect((await readAll(response)).at(-1)?.data).toMatchObject({ id: 1, error: { message: 'the sign-in has ended' } })
})
