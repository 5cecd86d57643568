import { tools } from '@fjmcp-broker/shared/catalogue/tools'
import { RunnerUnavailable, type SessionKey, type StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { JSONRPCResultResponseSchema, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, test } from 'vitest'
import { createMockRunner, type MockRunner } from './mock-runner.ts'
import { credentialDead } from './mock-runner/mock-call.ts'

const key: SessionKey = 's:one'
const forever = new AbortController().signal

async function runnerWithSession(userId = 'usr_alice'): Promise<MockRunner> {
  const runner = createMockRunner()
  await runner.describe({ key, userId, accessLevel: 'write' })
  return runner
}

async function call(
  runner: MockRunner,
  stream: string,
  request: { readonly id?: number; readonly method?: string; readonly params?: object } = {},
) {
  const { id = 1, method = 'tools/call', params = { name: 'get_my_user_info' } } = request
  return await runner.call({ key, stream, signal: forever, message: { jsonrpc: '2.0', id, method, params: { ...params } } })
}

async function open(runner: MockRunner, stream: string, { after, signal = forever }: { after?: string; signal?: AbortSignal } = {}) {
  const reading = await runner.events({ key, stream, after, signal })
  if (!reading.ok) throw new Error(reading.error.reason)
  return reading.value
}

async function readAll(runner: MockRunner, stream: string, after?: string): Promise<readonly StreamEvent[]> {
  return await Array.fromAsync(await open(runner, stream, after === undefined ? {} : { after }))
}

describe('a session', () => {
  test('is described without a child', async () => {
    const runner = createMockRunner()
    runner.setChildFailure({ reason: 'child_unavailable', detail: 'no such program' })
    expect(await runner.describe({ key, userId: 'usr_alice', accessLevel: 'read' })).toEqual({ ok: true, value: undefined })
  })

  test('is unknown before it was described, after its end and after a restart', async () => {
    const unknown = { ok: false, error: { reason: 'unknown_session' } }
    const runner = createMockRunner()
    expect(await call(runner, 'a')).toEqual(unknown)
    await runner.describe({ key, userId: 'usr_alice', accessLevel: 'read' })
    expect(await call(runner, 'a')).toMatchObject({ ok: true })
    await runner.end(key)
    expect(await runner.events({ key, stream: 'a', signal: forever })).toEqual(unknown)
    await runner.describe({ key, userId: 'usr_alice', accessLevel: 'read' })
    runner.forgetSessions()
    expect(await call(runner, 'a')).toEqual(unknown)
  })
})

describe('the catalogue', () => {
  test('is what a child says of itself', async () => {
    expect(await createMockRunner().catalogue()).toMatchObject({
      ok: true,
      value: { handshake: { protocolVersion: '2025-11-25', serverInfo: { name: 'Forgejo MCP Server' } } },
    })
  })

  test('cannot be learned while a failure is set', async () => {
    const runner = createMockRunner()
    runner.setChildFailure({ reason: 'child_unavailable', detail: 'no such program' })
    expect(await runner.catalogue()).toEqual({ ok: false, error: { reason: 'child_unavailable', detail: 'no such program' } })
    expect(await runner.status()).toMatchObject({ child: { state: 'error', detail: 'no such program' } })
  })
})

describe('the canned answers', () => {
  test('list tools of the catalogue, of every level', async () => {
    const runner = await runnerWithSession()
    await call(runner, 'a', { method: 'tools/list', params: {} })
    const [event] = await readAll(runner, 'a')
    const { result } = JSONRPCResultResponseSchema.parse(event?.message)
    const levels = ListToolsResultSchema.parse(result).tools.map(({ name }) => tools.find((tool) => tool.name === name)?.level)
    expect(new Set(levels)).toEqual(new Set(['read', 'write', 'full']))
  })

  test('name the user whose session it is', async () => {
    const runner = await runnerWithSession('usr_bob')
    await call(runner, 'a')
    const text = '{"Result":{"login":"usr_bob"}}'
    expect(await readAll(runner, 'a')).toEqual([
      { id: 'mock1.a.1', final: true, message: { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } } },
    ])
  })

  test.each([
    ['tools/call', { name: 'no_such_tool' }, -32602],
    ['tools/call', { name: 'create_issue' }, -32603],
    ['resources/read', { uri: 'forgejo://nothing' }, -32002],
    ['no/such/method', {}, -32601],
  ])('refuse %s of %o with code %i', async (method, params, code) => {
    const runner = await runnerWithSession()
    await call(runner, 'a', { method, params })
    expect(await readAll(runner, 'a')).toMatchObject([{ final: true, message: { error: { code } } }])
  })
})

describe('a stream', () => {
  test('holds what the handler sends before its answer, under ascending ids', async () => {
    const runner = await runnerWithSession()
    runner.answerWith(async ({ emit }) => {
      emit({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } })
      return { result: {} }
    })
    await call(runner, 'a')
    const events = await readAll(runner, 'a')
    expect(events.map(({ id, final }) => [id, final])).toEqual([
      ['mock1.a.1', false],
      ['mock1.a.2', true],
    ])
  })

  test('can be read again, whole or from an event on', async () => {
    const runner = await runnerWithSession()
    await call(runner, 'a')
    const events = await readAll(runner, 'a')
    expect(await readAll(runner, 'a')).toEqual(events)
    expect(await readAll(runner, 'a', 'mock1.a.0')).toEqual(events)
    expect(await runner.events({ key, stream: 'a', after: 'mock1.a.1', signal: forever })).toEqual({
      ok: false,
      error: { reason: 'nothing_left' },
    })
  })

  test.each([
    ['of a name that was never used', { stream: 'b' }],
    ['after an event of another stream', { stream: 'a', after: 'mock1.b.1' }],
    ['after an event of an earlier run', { stream: 'a', after: 'mock0.a.1' }],
  ])('is unknown %s', async (_, request) => {
    const runner = await runnerWithSession()
    await call(runner, 'a')
    expect(await runner.events({ key, signal: forever, ...request })).toEqual({ ok: false, error: { reason: 'unknown_stream' } })
  })

  test('brings to a reader what comes later', async () => {
    const runner = await runnerWithSession()
    const held = runner.holdNextCall()
    await call(runner, 'a')
    await held.arrived
    const events = Array.fromAsync(await open(runner, 'a'))
    held.release()
    expect(await events).toHaveLength(1)
  })

  test('stops bringing events to a reader whose signal is aborted, and the call runs on', async () => {
    const runner = await runnerWithSession()
    const held = runner.holdNextCall()
    await call(runner, 'a')
    const reading = new AbortController()
    const events = Array.fromAsync(await open(runner, 'a', { signal: reading.signal }))
    reading.abort()
    expect(await events).toEqual([])
    held.release()
    expect(await readAll(runner, 'a')).toHaveLength(1)
  })
})

describe('a call', () => {
  test('ends without a response when it is cancelled, and its late answer reaches nobody', async () => {
    const runner = await runnerWithSession()
    const held = runner.holdNextCall()
    await call(runner, 'a')
    const arrived = await held.arrived
    const events = Array.fromAsync(await open(runner, 'a'))
    await runner.cancel(key, 1)
    held.release()
    expect(await events).toEqual([])
    expect(arrived.cancelled.aborted).toBe(true)
    expect(await runner.status()).toMatchObject({ callsInFlight: 0 })
  })

  test('is refused when the session has too many under way', async () => {
    const runner = createMockRunner({ callsPerSession: 1 })
    await runner.describe({ key, userId: 'usr_alice', accessLevel: 'read' })
    const held = runner.holdNextCall()
    await call(runner, 'a')
    await held.arrived
    expect(await call(runner, 'b', { id: 2 })).toEqual({ ok: false, error: { reason: 'too_many_calls', limit: 1 } })
    held.release()
    await readAll(runner, 'a')
  })

  test('fails with what its handler throws', async () => {
    const runner = await runnerWithSession()
    runner.answerWith(async () => await Promise.reject(new Error('no luck')))
    await call(runner, 'a')
    expect(await readAll(runner, 'a')).toMatchObject([{ message: { id: 1, error: { code: -32603, message: 'no luck' } } }])
  })

  test('says that it met a dead credential', async () => {
    const runner = await runnerWithSession()
    runner.answerWith(async () => credentialDead)
    await call(runner, 'a')
    expect(await readAll(runner, 'a')).toMatchObject([{ final: true, reason: 'credential_dead', message: { id: 1, error: {} } }])
  })
})

describe('a credential', () => {
  test('is held, unless an older one comes late', async () => {
    const runner = createMockRunner()
    await runner.setCredential({ userId: 'usr_alice', generation: 2, accessToken: 'new' })
    await runner.setCredential({ userId: 'usr_alice', generation: 1, accessToken: 'old' })
    expect(runner.credentialOf('usr_alice')).toEqual({ userId: 'usr_alice', generation: 2, accessToken: 'new' })
    expect(runner.credentialOf('usr_bob')).toBeUndefined()
  })

  test('that was refused is told to whoever listens', () => {
    const runner = createMockRunner()
    const told: unknown[] = []
    const stop = runner.onCredentialRejected((rejection) => told.push(rejection))
    runner.rejectCredential({ userId: 'usr_alice', generation: 3 })
    stop()
    runner.rejectCredential({ userId: 'usr_alice', generation: 4 })
    expect(told).toEqual([{ userId: 'usr_alice', generation: 3 }])
  })

  test('is renewed by what is pushed then, and by nothing else', async () => {
    const runner = createMockRunner()
    runner.onCredentialRejected(({ userId, generation }) => {
      void runner.setCredential({ userId: 'usr_bob', generation: generation + 1, accessToken: 'of bob' })
      void runner.setCredential({ userId, generation, accessToken: 'the same' })
      void runner.setCredential({ userId, generation: generation + 1, accessToken: `after ${generation}` })
    })
    expect(await runner.renewCredential('usr_alice')).toMatchObject({ accessToken: 'after 0' })
    expect(await runner.renewCredential('usr_alice')).toMatchObject({ accessToken: 'after 1' })
  })

  test('may turn out to be dead', async () => {
    const runner = createMockRunner()
    runner.onCredentialRejected(({ userId, generation }) => void runner.setCredential({ userId, generation, accessToken: null }))
    expect(await runner.renewCredential('usr_alice')).toMatchObject({ accessToken: null })
  })
})

describe('the runner', () => {
  test('remembers what was asked of it', async () => {
    const runner = await runnerWithSession()
    await runner.cancel(key, 7)
    expect(runner.uses).toEqual([
      { name: 'describe', input: [{ key, userId: 'usr_alice', accessLevel: 'write' }] },
      { name: 'cancel', input: [key, 7] },
    ])
  })

  test('holds no credential and has a new epoch after a restart, and fails those who were reading', async () => {
    const runner = await runnerWithSession()
    await runner.setCredential({ userId: 'usr_alice', generation: 1, accessToken: 'token' })
    const before = await runner.status()
    const held = runner.holdNextCall()
    await call(runner, 'a')
    const arrived = await held.arrived
    const events = Array.fromAsync(await open(runner, 'a'))
    runner.forgetSessions()
    await expect(events).rejects.toBeInstanceOf(RunnerUnavailable)
    expect(arrived.cancelled.aborted).toBe(true)
    expect((await runner.status()).epoch).not.toBe(before.epoch)
    expect(runner.credentialOf('usr_alice')).toBeUndefined()
  })

  test('fails every use while it is not available, and the calls run on', async () => {
    const runner = await runnerWithSession()
    const held = runner.holdNextCall()
    await call(runner, 'a')
    const events = Array.fromAsync(await open(runner, 'a'))
    runner.setAvailable(false)
    await expect(events).rejects.toBeInstanceOf(RunnerUnavailable)
    await expect(runner.status()).rejects.toBeInstanceOf(RunnerUnavailable)
    held.release()
    runner.setAvailable(true)
    expect(await readAll(runner, 'a')).toHaveLength(1)
  })
})
