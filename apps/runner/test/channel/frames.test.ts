import { once } from 'node:events'
import { ok } from '@fjmcp-broker/shared/result'
import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { describe, expect, test } from 'vitest'
import { createMemoryRunner, handshake } from './memory-runner.ts'
import { connectRawGateway } from './raw-gateway.ts'
import { serveRunner } from './temporary-socket.ts'

const hello = { type: 'hello', epoch: 'first' }
const session = { key: 's:1', userId: 'usr_1', accessLevel: 'read' }

describe('a malformed frame', () => {
  test.each([
    ['no JSON', '{"type":'],
    ['no text', Buffer.from([0, 159, 146, 150])],
    ['no object', '[]'],
    ['no id', '{"type":"status"}'],
    ['an id that is no number', '{"type":"status","id":"1"}'],
  ])('with %s ends its own connection with a reason', async (_, garbage) => {
    const socketPath = await serveRunner(createMemoryRunner().runner)
    const [bad, good] = [connectRawGateway(socketPath), connectRawGateway(socketPath)]
    expect(await Promise.all([bad.next(), good.next()])).toStrictEqual([hello, hello])

    bad.webSocket.send(garbage)
    bad.write({ type: 'end', id: 1, key: 's:1' })

    expect(await Promise.race([bad.closed, bad.next()])).toStrictEqual([1007, 'malformed frame'])
    good.write({ type: 'status', id: 1 })
    expect(await good.next()).toMatchObject({ type: 'status', id: 1 })
  })

  test.each([
    ['of an unknown type', { type: 'reboot', id: 7 }],
    ['that lacks a field', { type: 'call', id: 7, key: 's:1', message: { jsonrpc: '2.0', method: 'ping', id: 1 } }],
    ['with a message that is not JSON-RPC 2.0', { type: 'call', id: 7, key: 's:1', stream: 'one', message: { jsonrpc: '1.0' } }],
    ['with a key of another kind', { type: 'end', id: 7, key: '1' }],
    ['with an unknown access level', { type: 'describe', id: 7, session: { ...session, accessLevel: 'root' } }],
  ])('%s but with an id is answered, and the connection goes on', async (_, frame) => {
    const memory = createMemoryRunner()
    const gateway = connectRawGateway(await serveRunner(memory.runner))
    await gateway.next()

    gateway.write(frame)
    gateway.write({ type: 'end', id: 8, key: 's:1' })

    expect(await gateway.next()).toMatchObject({ type: 'failed', id: 7 })
    expect(await gateway.next()).toStrictEqual({ type: 'done', id: 8 })
    expect(memory.calls).toStrictEqual([['end', 's:1']])
  })
})

describe('a frame over the limit', () => {
  test('ends its own connection', async () => {
    const socketPath = await serveRunner(createMemoryRunner().runner)
    const [bad, good] = [connectRawGateway(socketPath), connectRawGateway(socketPath)]
    await Promise.all([bad.next(), good.next()])

    bad.write({ type: 'set_forgejo_version', id: 1, version: 'x'.repeat(100_000) })

    expect(await Promise.race([bad.closed, bad.next()])).toMatchObject([1009, expect.anything()])
    good.write({ type: 'end', id: 1, key: 's:1' })
    expect(await good.next()).toStrictEqual({ type: 'done', id: 1 })
  })

  test('is not sent by the runner: a call fails instead, an answer gives way to an error, and anything else is left out', async () => {
    const memory = createMemoryRunner({
      override: {
        catalogue: async () => ok({ handshake, lists: { 'tools/list': { tools: 'x'.repeat(100_000) } } }),
      },
    })
    const gateway = connectRawGateway(await serveRunner(memory.runner))
    await gateway.next()
    gateway.write({ type: 'catalogue', id: 1 })
    expect(await gateway.next()).toMatchObject({ type: 'failed', id: 1 })

    const large = createMemoryRunner()
    const reader = connectRawGateway(await serveRunner(large.runner))
    await startReading(reader)
    large.emit('one', { jsonrpc: '2.0', method: 'notifications/progress', params: { message: 'x'.repeat(100_000) } })
    large.emit('one', { jsonrpc: '2.0', id: 'c', result: { text: 'x'.repeat(100_000) } }, { final: true })
    expect(await reader.next()).toStrictEqual({
      type: 'event',
      id: 3,
      event: {
        id: 'first.one.2',
        message: {
          jsonrpc: '2.0',
          id: 'c',
          error: { code: -32603, message: 'forgejo-mcp answered with more than the broker passes on. Ask for less.' },
        },
        final: true,
      },
    })
  })

  test('that would still be one with an error in the place of the answer ends the reading', async () => {
    const memory = createMemoryRunner()
    const reader = connectRawGateway(await serveRunner(memory.runner))
    await startReading(reader)
    memory.emit('one', { jsonrpc: '2.0', id: 'c'.repeat(100_000), result: {} }, { final: true })
    expect(await reader.next()).toStrictEqual({ type: 'read_ended', id: 3, reason: 'failed' })
  })
})

describe('a gateway that does not read', () => {
  test('has its streams cut off, little kept for it, and can go on after the last event', async () => {
    const memory = createMemoryRunner()
    const maxBufferedBytes = 200_000
    const gateway = connectRawGateway(await serveRunner(memory.runner, { maxBufferedBytes }))
    await startReading(gateway)
    const ended = once(memory.happenings, 'reading_ended')

    gateway.webSocket.pause()
    for (let step = 1; step <= 500; step += 1) memory.emit('one', textOf(step))
    await ended
    gateway.webSocket.resume()

    const seen: string[] = []
    let frame = await gateway.next()
    while (isEvent(frame)) {
      seen.push(frame.event.id)
      frame = await gateway.next()
    }
    expect(frame).toStrictEqual({ type: 'read_ended', id: 3, reason: 'slow_reader' })
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.length).toBeLessThan(200)

    gateway.write({ type: 'read', id: 4, key: 's:1', stream: 'one', after: seen.at(-1) })
    expect(await gateway.next()).toMatchObject({ type: 'reading', id: 4, result: { ok: true } })
    expect(await gateway.next()).toMatchObject({ type: 'event', id: 4, event: { id: `first.one.${seen.length + 1}` } })
  })

  test('but only asks gets every answer once it reads', async () => {
    const memory = createMemoryRunner()
    const gateway = connectRawGateway(await serveRunner(memory.runner, { maxBufferedBytes: 20_000 }))
    await gateway.next()
    gateway.webSocket.pause()
    for (let id = 1; id <= 20_000; id += 1) gateway.write({ type: 'status', id })
    gateway.webSocket.resume()
    for (let id = 1; id <= 20_000; id += 1) expect(await gateway.next()).toMatchObject({ type: 'status', id })
  })
})

describe('a reading', () => {
  test('ends in the runner with its connection', async () => {
    const memory = createMemoryRunner()
    const gateway = connectRawGateway(await serveRunner(memory.runner))
    await startReading(gateway)
    const ended = once(memory.happenings, 'reading_ended')
    gateway.webSocket.terminate()
    await expect(ended).resolves.toBeDefined()
  })

  test('can be stopped in the same breath', async () => {
    const memory = createMemoryRunner()
    const gateway = connectRawGateway(await serveRunner(memory.runner))
    await startReading(gateway)
    gateway.write({ type: 'read', id: 4, key: 's:1', stream: 'one' })
    gateway.write({ type: 'stop', id: 4 })
    expect(await gateway.next()).toMatchObject({ type: 'reading', id: 4 })
    memory.emit('one', textOf(1))
    expect(await gateway.next()).toMatchObject({ type: 'event', id: 3 })
    gateway.write({ type: 'end', id: 5, key: 's:1' })
    expect(await gateway.next()).toStrictEqual({ type: 'done', id: 5 })
  })

  test('of an id that is being read is refused', async () => {
    const memory = createMemoryRunner()
    const gateway = connectRawGateway(await serveRunner(memory.runner))
    await startReading(gateway)
    gateway.write({ type: 'read', id: 3, key: 's:1', stream: 'one' })
    expect(await gateway.next()).toMatchObject({ type: 'failed', id: 3 })
  })
})

/** Makes session `s:1` and call `one`, and reads it as reading 3. */
async function startReading(gateway: ReturnType<typeof connectRawGateway>): Promise<void> {
  expect(await gateway.next()).toStrictEqual(hello)
  gateway.write({ type: 'describe', id: 1, session })
  gateway.write({ type: 'call', id: 3, key: 's:1', stream: 'one', message: { jsonrpc: '2.0', id: 1, method: 'tools/call' } })
  expect(await gateway.next()).toMatchObject({ type: 'described', id: 1 })
  expect(await gateway.next()).toStrictEqual({ type: 'accepted', id: 3 })
}

function textOf(step: number): StreamEvent['message'] {
  return { jsonrpc: '2.0', method: 'text', params: { step, text: 'x'.repeat(10_000) } }
}

function isEvent(frame: unknown): frame is { event: StreamEvent } {
  return typeof frame === 'object' && frame !== null && 'event' in frame
}
