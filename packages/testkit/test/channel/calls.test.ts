import { once } from 'node:events'
import { err, ok } from '@fjmcp-broker/shared/result'
import { type LogFields, silentLog } from '@fjmcp-broker/shared/log'
import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import { describe, expect, test } from 'vitest'
import { createMemoryRunner, statusOf } from '../../../../apps/runner/test/channel/memory-runner.ts'
import { collect, createChannelFixture, opened, request, response, sessionOf, untilTheEnd } from './channel-fixture.ts'

describe('a call over the socket', () => {
  test('reaches the runner as it was made, and every answer comes back as the runner gave it', async () => {
    const channel = await createChannelFixture()
    const memory = createMemoryRunner()
    await channel.serve(memory.runner)
    const client = channel.connect()
    const message = request('a', 'tools/call', { name: 'x', _meta: { progressToken: 7 }, arguments: { text: 'ü \u2028 "' } })

    expect(await client.describe(sessionOf('s:1'))).toStrictEqual(ok(undefined))
    const answered = client.call({ key: 's:1', stream: 'one', message, signal: untilTheEnd })
    expect(await client.cancel('s:1', 'a')).toBeUndefined()
    expect(await client.end('s:1')).toBeUndefined()
    expect(await client.setCredential({ userId: 'usr_1', generation: 3, accessToken: 'secret' })).toBeUndefined()
    expect(await client.setCredential({ userId: 'usr_1', generation: 4, accessToken: null })).toBeUndefined()
    expect(await client.setForgejoVersion('12.0.1')).toBeUndefined()
    expect(await client.status()).toStrictEqual(statusOf('first'))
    memory.emit('one', response(1), { final: true })
    expect(await collect(await opened(answered))).toStrictEqual([{ id: 'first.one.1', message: response(1), final: true }])
    expect(memory.calls).toStrictEqual([
      ['describe', sessionOf('s:1')],
      ['call', { key: 's:1', stream: 'one', message }],
      ['cancel', 's:1', 'a'],
      ['end', 's:1'],
      ['setCredential', { userId: 'usr_1', generation: 3, accessToken: 'secret' }],
      ['setCredential', { userId: 'usr_1', generation: 4, accessToken: null }],
      ['setForgejoVersion', '12.0.1'],
    ])
  })

  test.each([
    ['describe', err({ reason: 'child_unavailable', detail: 'The runner is stopping.' })],
    ['call', err({ reason: 'unknown_session' })],
    ['call', err({ reason: 'too_many_calls', limit: 64 })],
    ['events', err({ reason: 'nothing_left' })],
  ] as const)('gets the rejection of %s whole: %o', async (method, rejection) => {
    const channel = await createChannelFixture()
    await channel.serve(createMemoryRunner({ override: { [method]: async () => rejection } }).runner)
    const client = channel.connect()
    const calls = {
      describe: () => client.describe(sessionOf('s:1')),
      call: () => client.call({ key: 's:1', stream: 'one', message: request(1, 'echo'), signal: untilTheEnd }),
      events: () => client.events({ key: 's:1', stream: 'one', signal: untilTheEnd }),
    }

    expect(await calls[method]()).toStrictEqual(rejection)
  })

  test('that the runner throws at is unavailable for the gateway and in the log of the runner; the next one works', async () => {
    const channel = await createChannelFixture()
    const logged: [string, LogFields | undefined][] = []
    const log = { ...silentLog, error: (event: string, fields?: LogFields) => logged.push([event, fields]) }
    const end = () => Promise.reject(new Error('a bug in here'))
    await channel.serve(createMemoryRunner({ override: { end } }).runner, { log })
    const client = channel.connect()

    await expect(client.end('s:1')).rejects.toThrow(RunnerUnavailable)
    expect(logged).toStrictEqual([['runner_call_failed', { call: 'end', detail: 'Error: a bug in here' }]])
    expect((await client.status()).epoch).toBe('first')
  })

  test('is accepted where nothing comes of it for a while, and its answer follows', async () => {
    const channel = await createChannelFixture()
    const memory = createMemoryRunner()
    await channel.serve(memory.runner)
    const client = channel.connect()
    await client.describe(sessionOf('s:1'))
    const reading = await opened(client.call({ key: 's:1', stream: 'one', message: request(1, 'tools/call'), signal: untilTheEnd }))
    memory.emit('one', response(1), { final: true })
    expect(await collect(reading)).toStrictEqual([{ id: 'first.one.1', message: response(1), final: true }])
  })

  test('settles when nobody waits for it any more, though nothing came of it', async () => {
    const channel = await createChannelFixture()
    const memory = createMemoryRunner()
    await channel.serve(memory.runner)
    const client = channel.connect()
    await client.describe(sessionOf('s:1'))
    const taken = once(memory.happenings, 'call')
    const leaving = new AbortController()
    const calling = client.call({ key: 's:1', stream: 'one', message: request(1, 'tools/call'), signal: leaving.signal })
    await taken
    leaving.abort()
    expect(await collect(await opened(calling))).toStrictEqual([])
  })

  test('that was taken when the connection broke is read on over the next one', async () => {
    const channel = await createChannelFixture()
    const memory = createMemoryRunner()
    const server = await channel.serve(memory.runner)
    const client = channel.connect()
    await client.describe(sessionOf('s:1'))
    const taken = once(memory.happenings, 'call')
    const calling = client.call({ key: 's:1', stream: 'one', message: request(1, 'tools/call'), signal: untilTheEnd })
    await taken
    await server.close()
    const reading = await opened(calling)
    await channel.serve(memory.runner)
    memory.emit('one', response(1), { final: true })
    expect(await collect(reading)).toMatchObject([{ message: response(1) }])
  })

  test('that was not taken when the connection broke is unavailable, and is not made again', async () => {
    const channel = await createChannelFixture()
    const memory = createMemoryRunner()
    const server = await channel.serve({ ...memory.runner, call: () => new Promise(() => undefined) })
    const client = channel.connect()
    await client.describe(sessionOf('s:1'))
    const calling = client.call({ key: 's:1', stream: 'one', message: request(1, 'tools/call'), signal: untilTheEnd })
    await client.status()
    await server.close()
    await channel.serve(memory.runner)
    await expect(collect(await opened(calling))).rejects.toThrow(RunnerUnavailable)
    expect(memory.calls.map(([name]) => name)).toStrictEqual(['describe', 'events'])
  })

  test('gets its own answer among a thousand of many sessions', async () => {
    const channel = await createChannelFixture()
    await channel.serve(createMemoryRunner().runner)
    const client = channel.connect()
    const keys = Array.from({ length: 50 }, (_, n) => `s:${n}` as const)
    await Promise.all(keys.map((key) => client.describe(sessionOf(key))))

    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => {
        const key = keys[n % keys.length] ?? 's:0'
        const called = client.call({ key, stream: `stream-${n}`, message: request(n, 'echo', { mine: n }), signal: untilTheEnd })
        return (await collect(await opened(called))).map(({ message }) => message)
      }),
    )

    expect(answers).toStrictEqual(Array.from({ length: 1000 }, (_, n) => [{ jsonrpc: '2.0', id: n, result: { echo: { mine: n } } }]))
  })

  test('that is too large for the channel fails alone', async () => {
    const channel = await createChannelFixture()
    const memory = createMemoryRunner()
    await channel.serve(memory.runner)
    const client = channel.connect()
    await client.describe(sessionOf('s:1'))
    const taken = once(memory.happenings, 'call')
    const calling = client.call({ key: 's:1', stream: 'one', message: request(1, 'tools/call'), signal: untilTheEnd })
    await taken

    const huge = request(2, 'tools/call', { text: 'x'.repeat(1024 * 1024) })
    await expect(client.call({ key: 's:1', stream: 'two', message: huge, signal: untilTheEnd })).rejects.toThrow('too large')
    memory.emit('one', response(1), { final: true })

    expect(await collect(await opened(calling))).toHaveLength(1)
    expect(memory.calls.map(([name]) => name)).toStrictEqual(['describe', 'call'])
  })
})

describe('a call without a connection', () => {
  test('waits for a runner that is starting', async () => {
    const channel = await createChannelFixture()
    const status = channel.connect().status()
    await channel.serve(createMemoryRunner().runner)
    expect((await status).epoch).toBe('first')
  })

  test('throws when no runner comes in time', async () => {
    const channel = await createChannelFixture()
    await expect(channel.connect({ waitMs: 30 }).status()).rejects.toThrow(RunnerUnavailable)
  })

  test('throws at once when the client was closed', async () => {
    const channel = await createChannelFixture()
    await channel.serve(createMemoryRunner().runner)
    const client = channel.connect({ waitMs: 600_000 })
    await client.status()
    client.close()
    await expect(client.status()).rejects.toThrow(RunnerUnavailable)
  })
})

describe('a call whose connection breaks', () => {
  test('throws and is not repeated', async () => {
    const channel = await createChannelFixture()
    const memory = createMemoryRunner()
    const never = {
      ...memory.runner,
      cancel: (...call: Parameters<typeof memory.runner.cancel>) => memory.runner.cancel(...call).then(forever),
    }
    const server = await channel.serve(never)
    const client = channel.connect()
    const arrived = once(memory.happenings, 'cancel')
    const cancelled = client.cancel('s:1', 1)
    await arrived

    await Promise.all([expect(cancelled).rejects.toThrow(RunnerUnavailable), server.close()])
    await channel.serve(never)
    await client.status()

    expect(memory.calls).toStrictEqual([['cancel', 's:1', 1]])
  })

  test('throws when the client itself is closed', async () => {
    const channel = await createChannelFixture()
    const memory = createMemoryRunner({ override: { describe: forever } })
    await channel.serve(memory.runner)
    const client = channel.connect()
    await client.status()
    const described = client.describe(sessionOf('s:1'))
    client.close()
    await expect(described).rejects.toThrow(RunnerUnavailable)
  })
})

function forever(): Promise<never> {
  return new Promise(() => {})
}
