import { describe, expect, it } from 'vitest'
import { createFakeProgram } from './fixtures/fake-program.ts'
import { createManualTime } from './fixtures/manual-time.ts'
import { createTestRunner } from './fixtures/test-runner.ts'

describe('a description', () => {
  it('starts no child', async () => {
    const program = createFakeProgram()
    const { makeKnown } = createTestRunner({ program })
    expect([await makeKnown('s:1'), await makeKnown('s:1')]).toEqual([
      { ok: true, value: undefined },
      { ok: true, value: undefined },
    ])
    expect(program.children).toEqual([])
  })

  it('passes a new access level on to the child that lives', async () => {
    const { makeKnown, call, registrations } = createTestRunner({ program: createFakeProgram() })
    await makeKnown('s:1', { accessLevel: 'full' })
    await call('s:1')
    expect(registrations.map(({ session }) => session?.accessLevel)).toEqual(['full'])
    await makeKnown('s:1', { accessLevel: 'read' })
    expect(registrations.map(({ session }) => session?.accessLevel)).toEqual(['read'])
  })

  it('does not let a session pass from one user to another', async () => {
    const { makeKnown } = createTestRunner({ program: createFakeProgram() })
    await makeKnown('s:1', { userId: 'usr_1' })
    await expect(makeKnown('s:1', { userId: 'usr_2' })).rejects.toThrow('one user to another')
  })
})

describe('a session', () => {
  it('is known only once it was described, and no more once it was ended', async () => {
    const { makeKnown, runner } = createTestRunner({ program: createFakeProgram() })
    const message = { jsonrpc: '2.0', id: 1, method: 'ping' } as const
    const signal = new AbortController().signal
    const unknown = { ok: false, error: { reason: 'unknown_session' } }
    expect(await runner.call({ key: 's:1', stream: 'a', message, signal })).toEqual(unknown)
    await makeKnown('s:1')
    expect(await runner.call({ key: 's:1', stream: 'a', message, signal })).toMatchObject({ ok: true })
    await runner.end('s:1')
    expect(await runner.call({ key: 's:1', stream: 'b', message, signal })).toEqual(unknown)
    expect(await runner.events({ key: 's:1', stream: 'a', signal })).toEqual(unknown)
  })

  it('gets a child of its own with a token of its own, worthless once the child is asked to end', async () => {
    const program = createFakeProgram()
    program.behaviour.endsWithInput = false
    const { makeKnown, call, registrations, runner } = createTestRunner({ program })
    await makeKnown('s:1')
    await makeKnown('s:2')
    await call('s:1')
    await call('s:2')
    expect(program.children.map(({ command }) => command.environment['FORGEJO_ACCESS_TOKEN'])).toEqual(
      registrations.map(({ token }) => token),
    )
    expect(registrations.map(({ session }) => session?.userId)).toEqual(['user of s:1', 'user of s:2'])
    const ended = runner.end('s:2')
    expect(registrations.map(({ isRegistered }) => isRegistered)).toEqual([true, false])
    program.child().exit()
    await ended
  })

  it('ends only once its process is gone', async () => {
    const program = createFakeProgram()
    program.behaviour.endsWithInput = false
    const { makeKnown, call, runner } = createTestRunner({ program })
    await makeKnown('s:1')
    await call('s:1')
    let isEnded = false
    const ended = runner.end('s:1').then(() => {
      isEnded = true
    })
    await runner.status()
    expect(isEnded).toBe(false)
    program.child().exit()
    await ended
    expect(await runner.status()).toMatchObject({ sessions: 0, children: 0 })
  })

  it('can be described again while its child is on the way out, and still has one child at a time', async () => {
    const program = createFakeProgram()
    program.behaviour.endsWithInput = false
    const { makeKnown, call, runner, response } = createTestRunner({ program })
    await makeKnown('s:1')
    await call('s:1')
    const ended = runner.end('s:1')
    await makeKnown('s:1')
    const stream = await call('s:1')
    expect(program.children).toHaveLength(1)
    program.child().exit()
    await ended
    expect(program.children).toHaveLength(2)
    program.child().answer({ done: true })
    expect(await response('s:1', stream)).toMatchObject({ message: { result: { done: true } } })
  })

  it('loses its idle child after a while and gets another at its next call', async () => {
    const program = createFakeProgram()
    const time = createManualTime()
    const { makeKnown, call, response, runner } = createTestRunner({ program, time, settings: { childIdleMs: 5_000 } })
    await makeKnown('s:1')
    await call('s:1')
    program.child().answer({})
    time.advance(4_999)
    expect(await runner.status()).toMatchObject({ sessions: 1, children: 1 })
    time.advance(1)
    expect(await runner.status()).toMatchObject({ sessions: 1, children: 0 })
    const stream = await call('s:1')
    program.child().answer({})
    expect(await response('s:1', stream)).toMatchObject({ final: true })
    expect(program.children).toHaveLength(2)
  })
})

describe('a session that is idle', () => {
  const reading = { key: 's:1', stream: 'none', signal: new AbortController().signal } as const

  it('is forgotten once nothing is left of it, and comes back with its next description', async () => {
    const time = createManualTime()
    const { makeKnown, runner } = createTestRunner({ program: createFakeProgram(), time })
    await makeKnown('s:1')
    time.advance(59_000)
    expect(await runner.events(reading)).toMatchObject({ error: { reason: 'unknown_stream' } })
    time.advance(59_000)
    expect(await runner.status()).toMatchObject({ sessions: 1 })
    time.advance(60_000)
    expect(await runner.status()).toMatchObject({ sessions: 0 })
    expect(await runner.events(reading)).toMatchObject({ error: { reason: 'unknown_session' } })
    await makeKnown('s:1')
    expect(await runner.status()).toMatchObject({ sessions: 1 })
  })

  it('is kept as long as it has a child or a call, or a stream that may be read', async () => {
    const program = createFakeProgram()
    const time = createManualTime()
    const { makeKnown, call, runner } = createTestRunner({ program, time, settings: { childIdleMs: 200_000, callTimeoutMs: 500_000 } })
    for (const key of ['s:child', 's:call', 's:stream'] as const) {
      await makeKnown(key)
      await call(key)
    }
    const [withChild, , withStream] = program.children
    withChild?.answer({})
    time.advance(140_000)
    expect(await runner.status()).toMatchObject({ sessions: 3 })
    withStream?.answer({})
    withStream?.exit()
    time.advance(50_000)
    expect(await runner.status()).toMatchObject({ sessions: 3 })
    time.advance(110_000)
    expect(await runner.sessions()).toMatchObject([{ key: 's:call' }])
  })
})

describe('the Forgejo token of a user', () => {
  it('is kept until the last of the user’s sessions ends', async () => {
    const { makeKnown, runner, credentials } = createTestRunner({ program: createFakeProgram() })
    await makeKnown('s:1', { userId: 'usr_1' })
    await makeKnown('s:2', { userId: 'usr_1' })
    await makeKnown('s:3', { userId: 'usr_2' })
    await runner.setCredential({ userId: 'usr_1', generation: 1, accessToken: 'token' })
    await runner.end('s:1')
    expect(credentials.current('usr_1')).toEqual({ generation: 1, accessToken: 'token' })
    await runner.end('s:2')
    expect(credentials.current('usr_1')).toBeUndefined()
  })

  it('is not kept when it comes after the last session ended', async () => {
    const { makeKnown, runner, credentials } = createTestRunner({ program: createFakeProgram() })
    await makeKnown('s:1', { userId: 'usr_1' })
    await runner.end('s:1')
    await runner.setCredential({ userId: 'usr_1', generation: 1, accessToken: 'token' })
    expect(credentials.current('usr_1')).toBeUndefined()
  })
})

describe('places', () => {
  it('takes the place of the least recently used idle child', async () => {
    const program = createFakeProgram()
    const time = createManualTime()
    const { makeKnown, call } = createTestRunner({ program, time, settings: { maxChildren: 2 } })
    for (const key of ['s:1', 's:2', 's:3'] as const) await makeKnown(key)
    for (const key of ['s:1', 's:2'] as const) {
      await call(key)
      program.child().answer({})
      time.advance(1)
    }
    await call('s:3')
    expect(program.children.map(({ isAlive }) => isAlive)).toEqual([false, true, true])
  })

  it('are waited for when all children are at work, but not for ever', async () => {
    const program = createFakeProgram()
    const time = createManualTime()
    const { makeKnown, call, response } = createTestRunner({ program, time, settings: { maxChildren: 1 } })
    for (const key of ['s:1', 's:2', 's:3'] as const) await makeKnown(key)
    await call('s:1')
    const late = await call('s:2')
    time.advance(15_000)
    expect(await response('s:2', late)).toMatchObject({
      final: true,
      message: { error: { code: -32603, message: expect.stringContaining('within 15 seconds') } },
    })
    const inTime = await call('s:3')
    program.child().answer({})
    program.child().answer({ done: true })
    expect(await response('s:3', inTime)).toMatchObject({ message: { result: { done: true } } })
    expect(program.children.map(({ isAlive }) => isAlive)).toEqual([false, true])
  })
})

describe('closing the runner', () => {
  it('answers the calls under way, ends all children, and takes no more sessions', async () => {
    const program = createFakeProgram()
    const { makeKnown, call, response, runner } = createTestRunner({ program })
    await makeKnown('s:1')
    await makeKnown('s:2')
    await call('s:2')
    const answer = response('s:1', await call('s:1'))
    expect(runner.callCount()).toBe(2)
    await runner.close()
    expect(await answer).toMatchObject({ final: true, message: { error: { message: expect.stringContaining('is being stopped') } } })
    expect(runner.callCount()).toBe(0)
    expect(program.children.map(({ isAlive }) => isAlive)).toEqual([false, false])
    expect(await makeKnown('s:3')).toMatchObject({ ok: false, error: { reason: 'child_unavailable' } })
  })

  it('kills children that are in no hurry as soon as somebody insists', async () => {
    const program = createFakeProgram()
    program.behaviour.endsWithInput = false
    const { makeKnown, call, runner } = createTestRunner({ program })
    await makeKnown('s:1')
    await call('s:1')
    const insisting = new AbortController()
    const closed = runner.close(insisting.signal)
    expect(program.child()).toMatchObject({ isInputClosed: true, signals: [] })
    insisting.abort()
    expect(program.child().signals).toEqual(['SIGKILL'])
    program.child().exit()
    await closed
  })

  it('kills children at once when somebody has insisted before', async () => {
    const program = createFakeProgram()
    program.behaviour.endsWithInput = false
    const { makeKnown, call, runner } = createTestRunner({ program })
    await makeKnown('s:1')
    await call('s:1')
    const closed = runner.close(AbortSignal.abort())
    expect(program.child().signals).toEqual(['SIGKILL'])
    program.child().exit()
    await closed
  })
})

it('tells when the last call under way is answered', async () => {
  const program = createFakeProgram()
  const { makeKnown, call, runner } = createTestRunner({ program })
  await makeKnown('s:1')
  await runner.callsAnswered()
  await call('s:1')
  await call('s:1')
  let isSettled = false
  const settled = runner.callsAnswered().then(() => (isSettled = true))
  const [first, second] = program.child().received.map((message) => ('id' in message ? message.id : undefined))
  program.child().answer({}, second)
  await runner.status()
  expect([runner.callCount(), isSettled]).toEqual([1, false])
  program.child().answer({}, first)
  await settled
})
