import { once } from 'node:events'
import { err } from '@fjmcp-broker/shared/result'
import { type EventRoom, RunnerUnavailable, type StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { describe, expect, test } from 'vitest'
import { createMemoryRunner, type MemoryRunner } from '../../../../apps/runner/test/channel/memory-runner.ts'
import {
  type ChannelFixture,
  collect,
  createChannelFixture,
  opened,
  progress,
  request,
  response,
  sessionOf,
  untilTheEnd,
} from './channel-fixture.ts'

describe('a stream over the socket', () => {
  test('is read from its start or from the event after the one named, as often as one likes', async () => {
    const { channel, memory } = await createChannelWithCall()
    const client = channel.connect()
    for (const step of [1, 2, 3]) memory.emit('one', progress(step))
    memory.emit('one', response(1), { final: true, reason: 'credential_dead' })

    const whole = await collect(await opened(client.events({ key: 's:1', stream: 'one', signal: untilTheEnd })))
    const rest = await collect(await opened(client.events({ key: 's:1', stream: 'one', after: 'first.one.2', signal: untilTheEnd })))

    expect(whole).toStrictEqual([
      { id: 'first.one.1', message: progress(1), final: false },
      { id: 'first.one.2', message: progress(2), final: false },
      { id: 'first.one.3', message: progress(3), final: false },
      { id: 'first.one.4', message: response(1), final: true, reason: 'credential_dead' },
    ])
    expect(rest).toStrictEqual(whole.slice(2))
  })

  test('that ends without a response ends the iteration', async () => {
    const { channel, memory } = await createChannelWithCall()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    memory.emit('one', progress(1))
    memory.endStream('one')
    expect(await collect(reading)).toHaveLength(1)
  })

  test('that the runner fails at throws', async () => {
    const { channel } = await createChannelWithCall({ events: async () => ({ ok: true, value: failing() }) })
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    await expect(collect(reading)).rejects.toThrow(RunnerUnavailable)
  })

  test('is no longer read, here and in the runner, once the signal comes', async () => {
    const { channel, memory } = await createChannelWithCall()
    const stop = new AbortController()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: stop.signal }))
    memory.emit('one', progress(1))
    const ended = once(memory.happenings, 'reading_ended')
    const seen: StreamEvent[] = []

    for await (const event of reading) {
      seen.push(event)
      memory.emit('one', progress(2))
      stop.abort()
    }

    expect(seen).toHaveLength(1)
    await expect(ended).resolves.toBeDefined()
  })

  test('is no longer read in the runner when the consumer leaves the loop', async () => {
    const { channel, memory } = await createChannelWithCall()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    const ended = once(memory.happenings, 'reading_ended')
    memory.emit('one', progress(1))
    for await (const event of reading) if (event.id === 'first.one.1') break
    await expect(ended).resolves.toBeDefined()
  })

  test('is not begun when the signal came before', async () => {
    const { channel, memory } = await createChannelWithCall()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: AbortSignal.abort() }))
    expect(await collect(reading)).toStrictEqual([])
    expect(memory.calls.map(([name]) => name)).not.toContain('events')
  })

  test('that is consumed slowly waits in the runner, not in the gateway, and comes whole', async () => {
    const { channel, memory } = await createChannelWithCall()
    const client = channel.connect({ maxQueuedBytes: 50_000 })
    const reading = await opened(client.events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    const stopped = once(memory.happenings, 'reading_ended')
    const text = 'x'.repeat(5_000)
    for (let step = 1; step <= 100; step += 1) memory.emit('one', { jsonrpc: '2.0', method: 'text', params: { text, step } })
    await stopped
    memory.emit('one', response(1), { final: true })

    const events = await collect(reading)

    expect(events.map(({ id }) => id)).toStrictEqual(Array.from({ length: 101 }, (_, n) => `first.one.${n + 1}`))
    expect(readingsOf(memory).length).toBeGreaterThan(5)
  })
})

describe('an event for which a reader has no room', () => {
  test('waits in the runner until there is some, and comes once', async () => {
    const { channel, memory } = await createChannelWithCall()
    const waiting = Promise.withResolvers<number>()
    const free = Promise.withResolvers<boolean>()
    let isFull = false
    const room: EventRoom = {
      take: () => {
        if (isFull) return { reason: 'full' }
        isFull = true
        return undefined
      },
      untilTaken: (bytes) => {
        waiting.resolve(bytes)
        return free.promise
      },
      giveBack() {},
    }
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: untilTheEnd, room }))
    memory.emit('one', progress(1))
    memory.emit('one', response(1), { final: true })
    const events = collect(reading)
    expect(await waiting.promise).toBeGreaterThan(0)
    expect(readingsOf(memory)).toStrictEqual([undefined])
    free.resolve(true)
    expect((await events).map(({ id }) => id)).toStrictEqual(['first.one.1', 'first.one.2'])
    expect(readingsOf(memory)).toStrictEqual([undefined, 'first.one.1'])
  })

  test('gives way, when it has waited long enough, to an error in the place of the response', async () => {
    const { channel, memory } = await createChannelWithCall()
    const client = channel.connect({ roomWaitMs: 1 })
    const reading = await opened(client.events({ key: 's:1', stream: 'one', signal: untilTheEnd, room: neverAny }))
    const read = collect(reading)
    memory.emit('one', progress(1))
    memory.emit('one', progress(2))
    memory.emit('one', response(1), { final: true })
    expect(await read).toMatchObject([
      { id: 'first.one.3', final: true, message: { id: 1, error: { message: expect.stringContaining('not fetched in time') } } },
    ])
  })

  test('gives way to that error at once where it is the response that has waited long enough, whatever became of it in the runner', async () => {
    const { channel, memory } = await createChannelWithCall()
    const client = channel.connect({ roomWaitMs: 1 })
    const reading = await opened(client.events({ key: 's:1', stream: 'one', signal: untilTheEnd, room: neverAny }))
    memory.emit('one', response(1), { final: true })
    expect(await collect(reading)).toMatchObject([{ id: 'first.one.1', final: true, message: { error: { code: -32603 } } }])
    expect(readingsOf(memory)).toStrictEqual([undefined])
  })

  test('takes what was taken ahead, and all of that is given back, read or not', async () => {
    const { channel, memory } = await createChannelWithCall()
    let takenBytes = 0
    let isFull = true
    const room: EventRoom = {
      take: (bytes) => {
        if (isFull) return { reason: 'full' }
        takenBytes += bytes
        return undefined
      },
      async untilTaken(bytes) {
        isFull = false
        takenBytes += bytes
        return true
      },
      giveBack: (bytes) => void (takenBytes -= bytes),
    }
    const stop = new AbortController()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: stop.signal, room }))
    for (const step of [1, 2, 3]) memory.emit('one', progress(step))
    for await (const { id } of reading) {
      expect(takenBytes).toBeGreaterThan(0)
      if (id === 'first.one.2') stop.abort()
    }
    expect(takenBytes).toBe(0)
  })
})

describe('a stream whose connection breaks', () => {
  test('is read on after reconnecting, with nothing twice and nothing missing', async () => {
    const { channel, memory, server } = await createChannelWithCall()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    const ids: string[] = []
    let current = server
    memory.emit('one', progress(1))

    for await (const { id } of reading) {
      ids.push(id)
      const step = ids.length + 1
      if (step <= 4) {
        const ended = once(memory.happenings, 'reading_ended')
        await current.close()
        await ended
        memory.emit('one', progress(step))
        current = await channel.serve(memory.runner)
      } else if (step === 5) memory.emit('one', response(1), { final: true })
    }

    expect(ids).toStrictEqual(['first.one.1', 'first.one.2', 'first.one.3', 'first.one.4', 'first.one.5'])
    expect(readingsOf(memory)).toStrictEqual([undefined, 'first.one.1', 'first.one.2', 'first.one.3'])
  })

  test('is read on even if the next connection breaks while the stream is being taken up', async () => {
    const { channel, memory, server } = await createChannelWithCall()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    const events = collect(reading)
    await server.close()
    const asked = Promise.withResolvers<void>()
    const silent = () => {
      asked.resolve()
      return new Promise<never>(() => {})
    }
    const second = await channel.serve({ ...memory.runner, events: silent })
    await asked.promise
    await second.close()
    memory.emit('one', response(1), { final: true })
    await channel.serve(memory.runner)

    expect((await events).map(({ id }) => id)).toStrictEqual(['first.one.1'])
  })

  test('ends when it ended in the meantime', async () => {
    const { channel, memory, server } = await createChannelWithCall()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    const events = collect(reading)
    await server.close()
    memory.endStream('one')
    await channel.serve(memory.runner)
    expect(await events).toStrictEqual([])
  })

  test('throws when the runner is another one by then, even one that has a stream of that name', async () => {
    const { channel, memory, server } = await createChannelWithCall()
    const client = channel.connect()
    const reading = await opened(client.events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    memory.emit('one', progress(1))
    const events = reading[Symbol.asyncIterator]()
    await events.next()
    await server.close()
    const next = createMemoryRunner({ epoch: 'second' })
    await callOnce(next)
    await channel.serve(next.runner, { epoch: 'second' })

    await expect(events.next()).rejects.toThrow(RunnerUnavailable)
    expect((await client.status()).epoch).toBe('second')
    expect(readingsOf(next)).toStrictEqual([])
  })

  test('throws when the runner no longer has it', async () => {
    const { channel, memory, server } = await createChannelWithCall()
    const reading = await opened(channel.connect().events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    await server.close()
    await channel.serve({ ...memory.runner, events: async () => err({ reason: 'unknown_stream' }) })
    await expect(collect(reading)).rejects.toThrow('unknown_stream')
  })

  test('throws when no runner comes back in time', async () => {
    const { channel, server } = await createChannelWithCall()
    const reading = await opened(channel.connect({ waitMs: 30 }).events({ key: 's:1', stream: 'one', signal: untilTheEnd }))
    await server.close()
    await expect(collect(reading)).rejects.toThrow(RunnerUnavailable)
  })
})

const neverAny: EventRoom = { take: () => ({ reason: 'full' }), untilTaken: waitInVain, giveBack() {} }

async function waitInVain(_bytes: number, signal: AbortSignal): Promise<boolean> {
  await once(signal, 'abort')
  return false
}

async function createChannelWithCall(override: Partial<MemoryRunner['runner']> = {}) {
  const channel: ChannelFixture = await createChannelFixture()
  const memory = createMemoryRunner({ override })
  await callOnce(memory)
  const server = await channel.serve(memory.runner)
  return { channel, memory, server }
}

/** Has the runner know the session `s:1` with a stream `one` that nothing came to yet. */
async function callOnce({ runner }: MemoryRunner): Promise<void> {
  await runner.describe(sessionOf('s:1'))
  await runner.call({ key: 's:1', stream: 'one', message: request(1, 'tools/call'), signal: untilTheEnd })
}

/** After which event each reading that reached the runner began. */
function readingsOf({ calls }: MemoryRunner): readonly unknown[] {
  return calls.filter(([name]) => name === 'events').map(([, read]) => (read as { after?: string }).after)
}

async function* failing(): AsyncGenerator<StreamEvent> {
  yield { id: 'first.one.1', message: progress(1), final: false }
  throw new Error('a bug in here')
}
