import type { CredentialRejection } from '@fjmcp-broker/shared/runner/runner'
import { describe, expect, it } from 'vitest'
import { createFakeProgram } from './fixtures/fake-program.ts'
import { createManualTime } from './fixtures/manual-time.ts'
import { createTestRunner } from './fixtures/test-runner.ts'

async function createWithSession(settings?: Parameters<typeof createTestRunner>[0]['settings']) {
  const program = createFakeProgram()
  const time = createManualTime()
  const test = createTestRunner({ program, time, settings: { poolSize: 1, ...settings } })
  await test.makeKnown('s:1')
  return { ...test, program, time, child: program.child() }
}

const forever = new AbortController().signal

describe('a call', () => {
  it('is answered on its stream, progress first, under the client’s own id and token', async () => {
    const { call, read, child } = await createWithSession()
    const stream = await call('s:1', { id: 'mine', params: { name: 'x', _meta: { progressToken: 'p' } } })
    const [sent] = child.received
    const token = sent !== undefined && 'params' in sent ? sent.params?._meta?.progressToken : undefined
    expect(token).toEqual(expect.any(Number))
    child.say({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: token, progress: 1 } })
    child.answer({ content: [] })
    const events = await read('s:1', stream)
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^[\w-]+\.stream1\.1$/),
        final: false,
        message: { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } },
      },
      { id: expect.stringMatching(/^[\w-]+\.stream1\.2$/), final: true, message: { jsonrpc: '2.0', id: 'mine', result: { content: [] } } },
    ])
  })

  it('has the user’s token fetched while the child is at work', async () => {
    const { call, runner, child } = await createWithSession()
    const wanted: CredentialRejection[] = []
    runner.onCredentialRejected((rejection) => wanted.push(rejection))
    await call('s:1')
    expect(child.received).toHaveLength(1)
    expect(wanted).toEqual([{ userId: expect.any(String), generation: 0 }])
    await runner.setCredential({ userId: wanted[0]?.userId ?? '', generation: 1, accessToken: 'fresh' })
    await call('s:1')
    expect(wanted).toHaveLength(1)
  })

  it('brings Forgejo’s own addresses', async () => {
    const { call, response, child } = await createWithSession()
    const stream = await call('s:1')
    child.answer({ url: 'http://127.0.0.1:9/injector/a/b' })
    expect(await response('s:1', stream)).toMatchObject({ message: { result: { url: 'https://forgejo.example/a/b' } } })
  })

  it('is refused when the session has too many under way', async () => {
    const { call, runner, child } = await createWithSession({ callsPerSession: 2 })
    await call('s:1')
    await call('s:1')
    const message = { jsonrpc: '2.0', id: 3, method: 'tools/call' } as const
    expect(await runner.call({ key: 's:1', stream: 'x', message, signal: forever })).toEqual({
      ok: false,
      error: { reason: 'too_many_calls', limit: 2 },
    })
    child.answer({})
    expect(await runner.call({ key: 's:1', stream: 'x', message, signal: forever })).toMatchObject({ ok: true })
  })

  it('ends without a response when it is cancelled, and the child is told its own id of it', async () => {
    const { call, read, runner, child } = await createWithSession()
    const reading = read('s:1', await call('s:1', { id: 'a' }))
    const [sent] = child.received
    await runner.cancel('s:1', 'a')
    expect(await reading).toEqual([])
    expect(child.received[1]).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: sent !== undefined && 'id' in sent ? sent.id : undefined },
    })
  })

  it('times out', async () => {
    const { call, response, time } = await createWithSession({ callTimeoutMs: 1_000 })
    const stream = await call('s:1')
    time.advance(1_000)
    expect(await response('s:1', stream)).toMatchObject({ final: true, message: { id: 1, error: { code: -32001 } } })
  })

  it('says that it met a dead credential', async () => {
    const { call, response, child, registrations } = await createWithSession()
    const stream = await call('s:1')
    registrations[0]?.session?.credentialDied()
    const [sent] = child.received
    child.say({ jsonrpc: '2.0', id: sent !== undefined && 'id' in sent ? sent.id : 0, error: { code: -32603, message: '401' } })
    expect(await response('s:1', stream)).toMatchObject({ reason: 'credential_dead', message: { error: { message: '401' } } })
  })

  it('is answered when the child ends, and the next call gets another child', async () => {
    const { call, response, program, child } = await createWithSession({ maxChildren: 1 })
    const stream = await call('s:1')
    child.exit(2)
    expect(await response('s:1', stream)).toMatchObject({ message: { error: { message: expect.stringContaining('exit code 2') } } })
    const next = await call('s:1')
    program.child().answer({ ok: true })
    expect(await response('s:1', next)).toMatchObject({ message: { result: { ok: true } } })
    expect(program.children).toHaveLength(2)
  })

  it('cannot use the name of a stream twice', async () => {
    const { runner } = await createWithSession()
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call' } as const
    await runner.call({ key: 's:1', stream: 'same', message, signal: forever })
    await expect(runner.call({ key: 's:1', stream: 'same', message, signal: forever })).rejects.toThrow('in use')
  })
})

it('never gives a session what another one’s child answered, however calls are interleaved', async () => {
  const program = createFakeProgram()
  const { makeKnown, call, response } = createTestRunner({ program })
  await makeKnown('s:1')
  await makeKnown('s:2')
  const calls = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const key = index % 2 === 0 ? 's:1' : 's:2'
      return { key, id: index >> 1, stream: await call(key, { id: index >> 1, params: { owner: key, number: index } }), index } as const
    }),
  )
  for (const child of program.children) {
    for (const request of child.received.toReversed()) {
      if ('method' in request && 'id' in request) child.answer({ echo: request.params }, request.id)
    }
  }
  for (const { key, id, stream, index } of calls) {
    expect(await response(key, stream)).toMatchObject({ message: { id, result: { echo: { owner: key, number: index } } } })
  }
})

it('counts what children say without sense, and warns of the first, the tenth and so on', async () => {
  const { child, logged, call, response } = await createWithSession()
  await call('s:1')
  child.answer({})
  for (let count = 0; count < 11; count += 1) child.sayLine('Welcome!')
  child.say({ jsonrpc: '2.0', id: null, error: { code: -32603, message: 'panic' } })
  const stream = await call('s:1')
  child.answer({})
  expect(await response('s:1', stream)).toMatchObject({ final: true })
  const warnings = logged.filter(({ event }) => event === 'child_message_ignored').map(({ fields }) => fields)
  expect(warnings).toEqual([
    { what: 'garbage', count: 1, session: 's:1' },
    { what: 'garbage', count: 10, session: 's:1' },
  ])
})

it('counts each child that ends once, by whether it was asked to, ended by itself or was never one', async () => {
  const { child, program, call, runner, makeKnown, childEnds } = await createWithSession()
  await call('s:1')
  child.exit(1)
  program.behaviour.failure = { reason: 'not_found' }
  await call('s:1')
  await runner.end('s:1')
  program.behaviour.failure = undefined
  await makeKnown('s:2')
  await call('s:2')
  await runner.end('s:2')
  expect(childEnds.slice(0, 2)).toEqual(['by_itself', 'not_started'])
  expect(childEnds.filter((reason) => reason === 'asked')).toHaveLength(1)
})

it('tells the operator the last words of a child that ends before anybody has it, and of no other', async () => {
  const { child, program, logged, call, time } = await createWithSession()
  await call('s:1')
  child.exit(1)
  time.advance(100)
  program.child().exit(1)
  const ended = logged.filter(({ event }) => event === 'child_ended').map(({ fields }) => [fields['session'], fields['lastWords']])
  expect(ended).toEqual([
    ['s:1', undefined],
    [undefined, 'last words'],
  ])
})

it('tells the operator the last words of a child that fails at its start, and the client not', async () => {
  const program = createFakeProgram()
  program.behaviour.greets = false
  const { runner, logged } = createTestRunner({ program })
  const answer = runner.catalogue()
  for (let count = 0; count < 5; count += 1) program.child().exit(1)
  expect(await answer).toEqual({ ok: false, error: { reason: 'child_unavailable', detail: expect.stringContaining('exit code 1') } })
  expect(JSON.stringify(await answer)).not.toContain('last words')
  expect(logged.find(({ event }) => event === 'child_ended')?.fields).toMatchObject({ lastWords: 'last words' })
})
