import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { silentLog } from '@fjmcp-broker/shared/log'
import type { Runner } from '@fjmcp-broker/shared/runner/runner'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createChannelServer } from '../../src/channel/channel-server.ts'
import { createMemoryRunner, statusOf } from './memory-runner.ts'
import { connectRawGateway } from './raw-gateway.ts'
import { createSocketPath, serveRunner } from './temporary-socket.ts'

describe('the socket', () => {
  test('and the folder made for it are for the own user only', async () => {
    const socketPath = await serveRunner(createMemoryRunner().runner)
    expect(await modeOf(socketPath)).toBe('600')
    expect(await modeOf(dirname(socketPath))).toBe('700')
  })

  test('is made without a change to the umask of the process', async () => {
    const socketPath = await serveRunner(createMemoryRunner().runner)
    await writeFile(join(dirname(socketPath), 'other'), '')
    expect(await modeOf(join(dirname(socketPath), 'other'))).toBe((0o666 & ~process.umask()).toString(8))
  })

  test('is refused while another runner answers on it, who goes on undisturbed', async () => {
    const socketPath = await serveRunner(createMemoryRunner().runner)
    const second = createServerOn(socketPath)

    expect(await second.listen()).toMatchObject({ ok: false, error: { reason: 'in_use' } })
    await second.close()

    expect(await connectRawGateway(socketPath).next()).toStrictEqual({ type: 'hello', epoch: 'first' })
  })

  test('that a killed runner left behind is replaced', async () => {
    const socketPath = await createSocketPath()
    await mkdir(dirname(socketPath))
    const listening = "require('node:net').createServer().listen(process.argv[1], () => console.log('listening'))"
    const killed = spawn(process.execPath, ['-e', listening, socketPath])
    await once(killed.stdout, 'data')
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    expect((await stat(socketPath)).isSocket()).toBe(true)

    expect(await createServerOn(socketPath).listen()).toMatchObject({ ok: true })

    expect(await connectRawGateway(socketPath).next()).toStrictEqual({ type: 'hello', epoch: 'first' })
  })

  test('tells that a gateway is alive when it is asked, and not that one is which reads nothing', async () => {
    const socketPath = await createSocketPath()
    const alive = Promise.withResolvers<void>()
    let isKnown = false
    const server = createServerOn(socketPath, createMemoryRunner().runner, () => {
      isKnown = true
      alive.resolve()
    })
    await server.listen()
    const gateway = connectRawGateway(socketPath)
    await gateway.next()
    gateway.webSocket.pause()
    server.askIfAlive()
    await connectRawGateway(socketPath).next()
    expect(isKnown).toBe(false)
    gateway.webSocket.resume()
    await alive.promise
    expect(isKnown).toBe(true)
  })

  test('is there and greets gateways however long the runner takes to say how it is', async () => {
    const socketPath = await createSocketPath()
    const status = () => new Promise<never>(() => {})
    expect(await createServerOn(socketPath, createMemoryRunner({ override: { status } }).runner).listen()).toMatchObject({ ok: true })
    expect(await connectRawGateway(socketPath).next()).toStrictEqual({ type: 'hello', epoch: 'first' })
  })

  test('never replaces a file that is no socket', async () => {
    const socketPath = await createSocketPath()
    await mkdir(dirname(socketPath))
    await writeFile(socketPath, 'precious')
    expect(await createServerOn(socketPath).listen()).toMatchObject({
      ok: false,
      error: { reason: 'cannot_listen', detail: `${socketPath} exists and is not a socket` },
    })
    expect((await stat(socketPath)).size).toBe(8)
  })

  test('that cannot be made is a failure with a reason', async () => {
    const socketPath = await createSocketPath()
    await writeFile(dirname(socketPath), '')
    expect(await createServerOn(socketPath).listen()).toMatchObject({ ok: false, error: { reason: 'cannot_listen' } })
  })

  test('is gone after closing, and every gateway was told', async () => {
    const socketPath = await createSocketPath()
    const server = createServerOn(socketPath)
    await server.listen()
    const gateway = connectRawGateway(socketPath)
    await gateway.next()
    await server.close()
    expect(await gateway.closed).toStrictEqual([1001, 'the runner stops'])
    await expect(stat(socketPath)).rejects.toThrow('ENOENT')
  })
})

describe('plain HTTP on the socket', () => {
  test('answers GET /health with the status of the runner', async () => {
    const socketPath = await serveRunner(createMemoryRunner().runner)
    expect(await ask(socketPath, 'GET /health')).toStrictEqual([200, statusOf('first')])
  })

  test('answers GET /health with 503 when the runner fails', async () => {
    const status = () => Promise.reject(new Error('a bug in here'))
    const socketPath = await serveRunner(createMemoryRunner({ override: { status } }).runner)
    expect(await ask(socketPath, 'GET /health')).toStrictEqual([503, { error: 'unavailable' }])
  })

  test.each(['GET /', 'POST /health', 'GET /health/', 'GET /channel'])('answers %s with 404', async (line) => {
    const socketPath = await serveRunner(createMemoryRunner().runner)
    expect(await ask(socketPath, line)).toStrictEqual([404, { error: 'not_found' }])
  })

  test('answers a WebSocket on another path with 404', async () => {
    const socketPath = await serveRunner(createMemoryRunner().runner)
    const asking = request({ socketPath, path: '/other', headers: { connection: 'upgrade', upgrade: 'websocket' } }).end()
    const [response] = await once(asking, 'response')
    expect(response.statusCode).toBe(404)
  })
})

function createServerOn(socketPath: string, runner: Runner = createMemoryRunner().runner, onAlive?: () => void) {
  const server = createChannelServer({ runner, epoch: 'first', socketPath, maxFrameBytes: 100_000, onAlive, log: silentLog })
  onTestFinished(() => server.close())
  return server
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

async function ask(socketPath: string, line: string): Promise<readonly [number, unknown]> {
  const [method, path] = line.split(' ')
  const asking = request({ socketPath, method, path }).end()
  const [response] = await once(asking, 'response')
  return [response.statusCode, JSON.parse(await text(response))]
}
