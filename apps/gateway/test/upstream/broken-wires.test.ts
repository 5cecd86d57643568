import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createCertificate } from '@fjmcp-broker/testkit/certificate'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createForgejo } from '../../src/upstream/arctic-forgejo.ts'
import type { Forgejo } from '../../src/upstream/forgejo.ts'

type OnConnection = (socket: Socket) => void

/** Where this server listens; it ends with the test. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  })
  return (server.address() as AddressInfo).port
}

/** @param waits Instead of those that are long enough on a busy machine. */
function forgejoAt(forgejoUrl: string, waits: { readonly waitMs?: number; readonly tokenWaitMs?: number } = {}): Forgejo {
  return createForgejo({
    forgejoUrl,
    clientId: 'broker',
    clientSecret: 'the-client-secret',
    redirectUri: 'https://mcp.example.test/oauth/callback',
    scopes: [],
    clock: () => 0,
    ...waits,
  })
}

/** Answers what was sent so far with these bytes, and does with the socket what is told. */
function afterRequest(act: OnConnection): OnConnection {
  return (socket) => socket.once('data', () => act(socket))
}

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'

const broken: readonly (readonly [string, OnConnection, string])[] = [
  ['resets the connection at once', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
  ['resets the connection after the request', afterRequest((socket) => socket.resetAndDestroy()), 'ECONNRESET'],
  ['closes the connection without a word', afterRequest((socket) => socket.end()), 'UND_ERR_SOCKET'],
  ['says nothing', () => {}, 'TimeoutError'],
  ['sends a head and nothing more', afterRequest((socket) => socket.write(`${head}Content-Length: 10\r\n\r\n`)), 'TimeoutError'],
  [
    'sends less than it announced',
    afterRequest((socket) => socket.end(`${head}Content-Length: 100\r\n\r\n{"access_token":"a`)),
    'UND_ERR_SOCKET',
  ],
  [
    'breaks off a chunked answer',
    afterRequest((socket) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"acc\r\n`)),
    'UND_ERR_SOCKET',
  ],
  ['speaks another protocol', afterRequest((socket) => socket.end('220 mail.example.org ESMTP\r\n')), 'HTTPParserError'],
  ['drips one byte at a time', afterRequest(drip), 'TimeoutError'],
]

function drip(socket: Socket): void {
  socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`)
  const dripping = setInterval(() => socket.write('1\r\n \r\n'), 5)
  socket.on('close', () => clearInterval(dripping))
}

const requests: readonly (readonly [string, (forgejo: Forgejo) => Promise<unknown>])[] = [
  ['refresh', (forgejo) => forgejo.refresh('the-refresh-token')],
  ['code exchange', (forgejo) => forgejo.exchangeCode({ code: 'the-code', codeVerifier: 'the-verifier' })],
  ['identification', (forgejo) => forgejo.identify('the-access-token')],
  ['introspection', (forgejo) => forgejo.scopesOf('the-access-token')],
]

describe.each(requests)('a %s', (_, request) => {
  test.each(broken)('of a Forgejo that %s may be tried again', async (...[, onConnection, detail]) => {
    const port = await listen(createServer(onConnection))
    const waits = detail === 'TimeoutError' ? { waitMs: 100, tokenWaitMs: 100 } : {}
    expect(await request(forgejoAt(`http://127.0.0.1:${port}`, waits))).toEqual({ ok: false, error: { reason: 'unavailable', detail } })
  })

  test('where nobody listens may be tried again', async () => {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    await once(server.close(), 'close')
    expect(await request(forgejoAt(`http://127.0.0.1:${port}`))).toEqual({
      ok: false,
      error: { reason: 'unavailable', detail: 'ECONNREFUSED' },
    })
  })

  test('to a certificate that nobody vouches for sends nothing, and may be tried again', async () => {
    let requests = 0
    const server = createHttpsServer(createCertificate({}), () => (requests += 1))
    const port = await listen(server)
    expect(await request(forgejoAt(`https://localhost:${port}`))).toEqual({
      ok: false,
      error: { reason: 'unavailable', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
    expect(requests).toBe(0)
  })

  test('over TLS to a server without may be tried again', async () => {
    const port = await listen(createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))))
    const answer = await request(forgejoAt(`https://localhost:${port}`))
    expect(answer).toMatchObject({ ok: false, error: { reason: 'unavailable', detail: expect.stringContaining('SSL') } })
  })
})
