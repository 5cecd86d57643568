import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fetch, Peer } from '@fjmcp-broker/shared/fetch'
import { expect, onTestFinished, test } from 'vitest'
import { serveSocket, serveTcp } from './serve.ts'

const loopback = { host: '127.0.0.1', port: 0 }

test('ends the connection of a client that does not read its answer, and with it the answer', async () => {
  const cancelled = Promise.withResolvers<string>()
  const part = new Uint8Array(65_536)
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(part),
    cancel: () => cancelled.resolve('cancelled'),
  })
  const { port } = await serve(() => new Response(body), { stillMs: 30 })
  const client = send(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  client.pause()
  expect(await cancelled.promise).toBe('cancelled')
})

test('hands the application the address that the socket names', async () => {
  const { port } = await serve((_request, peer) => new Response(peer?.address))
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-forwarded-for': '203.0.113.1' } })
  expect(await response.text()).toBe('127.0.0.1')
})

test('tells the application when an answer was taken whole, and not before', async () => {
  const large = 'x'.repeat(32 * 1024 * 1024)
  const told = Promise.withResolvers<void>()
  let isTold = false
  const { port } = await serve((_request, peer) => {
    peer?.whenAnswered?.(() => {
      isTold = true
      told.resolve()
    })
    return new Response(large)
  })
  const client = send(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(client, 'readable')
  expect(isTold).toBe(false)
  client.resume()
  await told.promise
  expect(isTold).toBe(true)
})

test('tells the application at once where the connection of the answer is gone already', async () => {
  const { left, peer } = await serveAndLeave()
  await left
  let isTold = false
  peer()?.whenAnswered?.(() => (isTold = true))
  expect(isTold).toBe(true)
})

test('ends a connection with the answer that it waits for, and tells the client so', async () => {
  const { server, asked, answer } = await serveOneAnswer()
  const client = send(server.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await asked
  const closed = server.close()
  answer(new Response('done'))
  expect(await everything(client)).toMatch(/^HTTP\/1.1 200 OK\r\n(.+\r\n)*connection: close\r\n(.+\r\n)*\r\ndone$/i)
  await closed
})

test('ends a connection after an answer whose head went out before, though it could serve another', async () => {
  const body = new TransformStream<string, Uint8Array>({ transform: (text, sent) => sent.enqueue(Buffer.from(text)) })
  const writer = body.writable.getWriter()
  const server = await serve(() => new Response(body.readable))
  const client = send(server.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  void writer.write('first')
  const [head] = await once(client, 'data')
  expect(String(head)).not.toMatch(/connection: close/i)
  const closed = server.close()
  void writer.write('second')
  void writer.close()
  expect(await everything(client)).toContain('second')
  await closed
})

test('ends connections without a whole request at once', async () => {
  const server = await serve(() => new Response('done'))
  const fresh = send(server.port)
  const begun = send(server.port, 'GET / HTTP/1.1\r\nHost:')
  const answered = send(server.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(answered, 'data')
  // What was sent before has been read when something sent later is answered.
  await (await fetch(`http://127.0.0.1:${server.port}/`)).text()
  const received = Promise.all([fresh, begun, answered].map(everything))
  await server.close()
  expect(await received).toEqual(['', '', ''])
})

test('breaks off answers when it is told to', async () => {
  const { server, asked } = await serveOneAnswer()
  const answered = fetch(`http://127.0.0.1:${server.port}/`)
  await asked
  const closed = server.close()
  server.breakOff()
  await Promise.all([closed, expect(answered).rejects.toThrow('fetch failed')])
})

test('takes so many connections and closes each further one at once', async () => {
  const { port } = await serve(() => new Response('done'), { maxConnections: 1 })
  const first = send(port)
  await once(first, 'connect')
  expect(await everything(send(port))).toBe('')
  first.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect(await everything(first)).toContain('done')
})

test('ends a connection whose request does not come to its end', async () => {
  const { port } = await serve(async (request) => new Response(await request.text()), { requestMs: 20 })
  const client = send(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf')
  expect(await everything(client)).toContain(' 408 ')
})

test('says so when another program listens on the port', async () => {
  const { port } = await serve(() => new Response())
  const second = await serveTcp(() => new Response(), { host: '127.0.0.1', port })
  expect(second).toEqual({
    ok: false,
    error: { reason: 'in_use', detail: `cannot listen on 127.0.0.1:${port}: another program listens there` },
  })
})

test('says so when nobody has handed over a socket', async () => {
  const served = await serveTcp(() => new Response(), { fd: 9_999 })
  expect(served).toEqual({
    ok: false,
    error: { reason: 'cannot_listen', detail: expect.stringMatching(/^cannot listen on file descriptor 9999: E/) },
  })
})

test('opens a socket to its owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-serve-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'run', 'admin.sock')
  const served = await serveSocket(() => new Response(), path)
  expect(served.ok).toBe(true)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  if (served.ok) await served.value.close()
})

/** A server whose application answers one request, when the test says what. */
async function serveOneAnswer() {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Response>()
  const server = await serve(() => {
    asked.resolve()
    return answer.promise
  })
  return { server, asked: asked.promise, answer: answer.resolve }
}

/** A server whose client has left without an answer. */
async function serveAndLeave() {
  const gone = Promise.withResolvers<void>()
  let peer: Peer | undefined
  const { port } = await serve((request, from) => {
    peer = from
    request.signal.addEventListener('abort', () => gone.resolve())
    client.destroy()
    return new Promise<never>(() => {})
  })
  const client = send(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  return { left: gone.promise, peer: () => peer }
}

async function serve(application: Fetch, bounds: Parameters<typeof serveTcp>[2] = {}) {
  const served = await serveTcp(application, loopback, bounds)
  if (!served.ok) throw new Error(served.error.detail)
  const server = served.value
  onTestFinished(async () => {
    const closed = server.close()
    server.breakOff()
    await closed
  })
  return { ...server, port: server.address?.port ?? 0 }
}

/** A connection of a client that sends this and nothing more. */
function send(port: number, text = ''): Socket {
  const client = createConnection({ port, host: '127.0.0.1' })
  onTestFinished(() => void client.destroy())
  client.write(text)
  return client
}

/** All that comes on a connection from now on, until the server ends it. */
async function everything(client: Socket): Promise<string> {
  return Buffer.concat(await client.toArray()).toString()
}
