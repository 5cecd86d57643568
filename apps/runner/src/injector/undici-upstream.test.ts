import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createUndiciUpstream } from './undici-upstream.ts'
import type { Upstream, UpstreamFailure, UpstreamHandler } from './upstream.ts'

const request = { method: 'GET', path: '/', headers: {}, body: null }

test('says that nobody listens, with a code and no address', async () => {
  const closed = createServer()
  const forgejoUrl = await listen(closed)
  closed.close()
  await once(closed, 'close')
  expect(await failureOf(open({ forgejoUrl }))).toEqual({ reason: 'unreachable', code: 'ECONNREFUSED' })
})

test('says that Forgejo took too long to begin, or to go on', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/slow-body') response.writeHead(200).write('half')
  })
  const forgejoUrl = await listen(server)
  const upstream = open({ forgejoUrl, headersTimeoutMs: 50, bodyTimeoutMs: 50 })
  expect(await failureOf(upstream)).toEqual({ reason: 'timeout', code: 'UND_ERR_HEADERS_TIMEOUT' })
  expect(await failureOf(upstream, '/slow-body')).toEqual({ reason: 'timeout', code: 'UND_ERR_BODY_TIMEOUT' })
})

test('says that a connection broke, or that what answers does not speak HTTP', async () => {
  const hangingUp = createServer((_, response) => response.destroy())
  expect(await failureOf(open({ forgejoUrl: await listen(hangingUp) }))).toMatchObject({ reason: 'broken' })
  const babbling = createSocketServer((socket) => socket.on('error', () => undefined).end('hello\r\n\r\n'))
  expect(await failureOf(open({ forgejoUrl: await listen(babbling) }))).toMatchObject({ reason: 'broken' })
})

test('a call given up hears of nothing but that', async () => {
  const server = createServer((_, response) => response.writeHead(200).write('half'))
  const upstream = open({ forgejoUrl: await listen(server) })
  const { promise, resolve, reject } = Promise.withResolvers<UpstreamFailure>()
  const call = upstream.send(request, {
    head: () => undefined,
    data() {
      call.abort()
      return true
    },
    end: () => reject(new Error('ended')),
    failed: resolve,
  })
  expect(await promise).toEqual({ reason: 'aborted', code: 'ABORTED' })
})

test('a call that waits for a connection can be given up and is never sent', async () => {
  const paths: string[] = []
  const { promise: first, resolve: arrive } = Promise.withResolvers<() => void>()
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    arrive(() => response.end())
  })
  const upstream = open({ forgejoUrl: await listen(server), connections: 1 })
  const ended = Promise.withResolvers<void>()
  upstream.send(request, { ...ignoring, end: ended.resolve })
  const answerFirst = await first
  const { promise: failed, resolve: fail } = Promise.withResolvers<UpstreamFailure>()
  upstream.send({ ...request, path: '/waiting' }, { ...ignoring, failed: fail }).abort()
  answerFirst()
  await ended.promise
  expect(await failed).toMatchObject({ reason: 'aborted' })
  expect(paths).toEqual(['/'])
})

test('data stops until the call is resumed', async () => {
  const size = 4_194_304
  const server = createServer((_, response) => response.end(Buffer.alloc(size)))
  const upstream = open({ forgejoUrl: await listen(server) })
  const { promise, resolve } = Promise.withResolvers<number>()
  let received = 0
  let paused = false
  const call = upstream.send(request, {
    ...ignoring,
    data(chunk) {
      expect(paused).toBe(false)
      received += chunk.length
      paused = true
      setImmediate(() => {
        paused = false
        call.resume()
      })
      return false
    },
    end: () => resolve(received),
  })
  expect(await promise).toBe(size)
})

const ignoring: UpstreamHandler = { head: () => undefined, data: () => true, end: () => undefined, failed: () => undefined }

function failureOf(upstream: Upstream, path = '/'): Promise<UpstreamFailure> {
  return new Promise((resolve, reject) => {
    upstream.send({ ...request, path }, { ...ignoring, end: () => reject(new Error('ended')), failed: resolve })
  })
}

function open(options: Parameters<typeof createUndiciUpstream>[0]): Upstream {
  const upstream = createUndiciUpstream(options)
  onTestFinished(() => upstream.close())
  return upstream
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
