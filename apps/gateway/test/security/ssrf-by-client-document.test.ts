import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { isPublicAddress } from '../../src/domain/network/public-address.ts'
import { documentUrl, fetcherTo, listen, sendDocument, startDocumentHost } from './ssrf/document-host.ts'

const noAnswer = { ok: false, error: { reason: 'no_answer' } }
const noDocument = { ok: false, error: { reason: 'no_document' } }

describe('a document is fetched', () => {
  test('from the address that was found, by the name of the URL', async () => {
    const host = await startDocumentHost(sendDocument)
    const fetched = await fetcherTo(host)(documentUrl)
    expect(fetched).toMatchObject({ ok: true, value: { content: { client_id: documentUrl } } })
    expect(host.requests.map(({ url, method, headers }) => [method, url, headers.host])).toEqual([
      ['GET', '/client.json', 'client.example'],
    ])
  })

  test('from another of the addresses where the first does not answer', async () => {
    const host = await startDocumentHost(sendDocument)
    const fetchDocument = fetcherTo(host, { resolveHost: async () => ['127.0.0.2', '127.0.0.1'], isAllowed: () => true })
    expect(await fetchDocument(documentUrl)).toMatchObject({ ok: true })
  })
})

describe('a name that leads inside', () => {
  test.each([
    ['loopback', ['127.0.0.1']],
    ['a public address and loopback', ['93.184.216.34', '127.0.0.1']],
    ['loopback and a public address', ['127.0.0.1', '93.184.216.34']],
    ['loopback as IPv6', ['::1']],
    ['loopback mapped into IPv6', ['::ffff:127.0.0.1']],
    ['loopback mapped into IPv6, in hexadecimal', ['::ffff:7f00:1']],
    ['loopback with a zone', ['::1%lo']],
    ['a link-local address with a zone', ['fe80::1%eth0']],
    ['no address in particular, which is this machine', ['0.0.0.0']],
    ['the same in IPv6', ['::']],
    ['loopback behind NAT64', ['64:ff9b::7f00:1']],
    ['loopback in octal', ['0177.0.0.1']],
    ['loopback as a number', ['2130706433']],
    ['something that is no address', ['localhost']],
    ['many addresses of which one is loopback', [...Array.from({ length: 20 }, (_, n) => `93.184.216.${n}`), '127.0.0.1']],
  ])('is not connected to: %s', async (_, addresses) => {
    const host = await startDocumentHost(sendDocument)
    const fetched = await fetcherTo(host, { resolveHost: async () => addresses, isAllowed: isPublicAddress })(documentUrl)
    expect(fetched).toMatchObject({ ok: false, error: { reason: 'no_answer', detail: expect.stringContaining('not public') } })
    expect(host.connections).toEqual([])
  })

  test('is not connected to when it leads elsewhere the second time that it is asked for', async () => {
    const host = await startDocumentHost(sendDocument)
    const inside = await startDocumentHost(sendDocument, { port: host.port, address: '127.0.0.2' })
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.2']]
    const fetchDocument = fetcherTo(host, { resolveHost: async () => answers.shift() ?? [] })
    expect(await fetchDocument(documentUrl)).toMatchObject({ ok: true })
    expect([answers.length, inside.connections.length]).toEqual([2, 0])
  })

  test('has its addresses found anew, and checked anew, for each fetch', async () => {
    const host = await startDocumentHost(sendDocument)
    const answers = [['127.0.0.1'], ['127.0.0.2']]
    const fetchDocument = fetcherTo(host, { resolveHost: async () => answers.shift() ?? [] })
    expect(await fetchDocument(documentUrl)).toMatchObject({ ok: true })
    expect(await fetchDocument(documentUrl)).toMatchObject(noAnswer)
  })

  test.each([
    ['without an address', async () => []],
    ['with more addresses than anybody needs', async () => Array.from({ length: 33 }, () => '127.0.0.1')],
    ['that cannot be resolved', () => Promise.reject(new Error('secret of the resolver'))],
  ])('is given up: one %s', async (_, resolveHost) => {
    const host = await startDocumentHost(sendDocument)
    const fetched = await fetcherTo(host, { resolveHost })(documentUrl)
    expect(fetched).toMatchObject(noAnswer)
    expect(JSON.stringify(fetched)).not.toContain('secret')
    expect(host.connections).toEqual([])
  })
})

describe('a host that is not the one of the URL', () => {
  test.each([
    ['has a certificate of another name', 'other.example', true],
    ['has a certificate that nobody trusts', 'client.example', false],
  ])('is asked for nothing: it %s', async (_, name, isTrusted) => {
    const host = await startDocumentHost(sendDocument, { name })
    const fetched = await fetcherTo(isTrusted ? host : { port: host.port, connections: [] })(documentUrl)
    expect(fetched).toMatchObject(noAnswer)
    expect([host.connections.length, host.requests.length]).toEqual([1, 0])
  })

  test('is asked for nothing though certificates are not checked elsewhere', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    try {
      const host = await startDocumentHost(sendDocument, { name: 'other.example' })
      expect(await fetcherTo(host)(documentUrl)).toMatchObject(noAnswer)
      expect(host.requests).toEqual([])
    } finally {
      vi.unstubAllEnvs()
    }
  })

  test.each([301, 302, 303, 307, 308])('is not gone to by a redirect: %i', async (status) => {
    const inside = await startDocumentHost(sendDocument)
    const host = await startDocumentHost((_, response) => {
      response.writeHead(status, { location: `https://client.example:${inside.port}/client.json`, 'content-type': 'application/json' })
      response.end('{}')
    })
    expect(await fetcherTo(host)(documentUrl)).toMatchObject(noAnswer)
    expect([host.requests.length, inside.connections.length]).toEqual([1, 0])
  })

  test('is not gone to by a proxy of the environment', async () => {
    const proxy = await listen(createServer())
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    try {
      const host = await startDocumentHost(sendDocument)
      expect(await fetcherTo(host)(documentUrl)).toMatchObject({ ok: true })
      expect(proxy.connections).toEqual([])
    } finally {
      vi.unstubAllEnvs()
    }
  })

  test('learns nothing from what another was told: no cookie, no token, no kept connection', async () => {
    const host = await startDocumentHost((request, response) => {
      response.setHeader('set-cookie', 'session=1')
      sendDocument(request, response)
    })
    const fetchDocument = fetcherTo(host)
    await fetchDocument(documentUrl)
    await fetchDocument(documentUrl)
    expect(host.connections.length).toBe(2)
    expect(Object.keys(host.requests[1]?.headers ?? {}).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
  })
})

describe('a host that takes its time', () => {
  const timeoutMs = 150

  test('is given up when its name is not resolved', async () => {
    const resolveHost = () => Promise.withResolvers<readonly string[]>().promise
    expect(await fetcherTo({ port: 1, connections: [] }, { resolveHost, timeoutMs })(documentUrl)).toMatchObject(noAnswer)
  })

  test('is given up when it takes the connection and says nothing', async () => {
    const silent = await listen(createServer((socket) => socket.resume()))
    expect(await fetcherTo(silent, { timeoutMs })(documentUrl)).toMatchObject(noAnswer)
    await untilClosed(silent.connections)
  })

  test.each<[string, (response: ServerResponse) => void]>([
    ['takes the request and says nothing', () => {}],
    ['sends the head and nothing else', (response) => response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()],
    ['sends the head line by line', (response) => trickle(response, 'HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n')],
    ['sends the body byte by byte', (response) => trickle(response, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n', ' ')],
  ])('is given up, and its connection closed, when it %s', async (_, answer) => {
    const host = await startDocumentHost((__, response) => answer(response))
    expect(await fetcherTo(host, { timeoutMs })(documentUrl)).toMatchObject(noAnswer)
    await untilClosed(host.connections)
  })
})

describe('an answer that is no document', () => {
  test.each([
    ['too long by its own word', { 'content-length': '5121' }, ''],
    ['too long', {}, JSON.stringify({ client_id: documentUrl, padding: 'x'.repeat(5_120) })],
    ['of another type', { 'content-type': 'text/html' }, '{}'],
    ['of no type', { 'content-type': '' }, '{}'],
    ['of a type that only begins like JSON', { 'content-type': 'application/json5' }, '{}'],
    ['packed', { 'content-encoding': 'gzip' }, gzipSync('{}')],
    ['a bomb', { 'content-encoding': 'gzip' }, gzipSync(`{"a":"${' '.repeat(3_000_000)}"}`)],
    ['packed otherwise', { 'content-encoding': 'br' }, '{}'],
    ['not JSON', {}, '<html>'],
    ['not UTF-8', {}, Buffer.from('7b2261223a22ff227d', 'hex')],
    ['empty', {}, ''],
  ])('is not read: one that is %s', async (_, headers, body) => {
    const host = await startDocumentHost((__, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers })
      response.end(body)
    })
    expect(await fetcherTo(host)(documentUrl)).toMatchObject(noDocument)
  })

  test('is cut off where it never ends', async () => {
    const host = await startDocumentHost((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = () => {
        while (response.write(' '.repeat(1_000))) if (response.destroyed) return
      }
      response.on('drain', more)
      more()
    })
    expect(await fetcherTo(host)(documentUrl)).toMatchObject(noDocument)
    await untilClosed(host.connections)
  })

  test('is given up where its head is too large', async () => {
    const host = await startDocumentHost((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', padding: 'x'.repeat(17_000) })
      response.end('{}')
    })
    expect(await fetcherTo(host)(documentUrl)).toMatchObject(noAnswer)
  })

  test.each([201, 204, 206, 401, 403, 429, 500, 503])('says nothing of the document: %i', async (status) => {
    const host = await startDocumentHost((_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end())
    expect(await fetcherTo(host)(documentUrl)).toMatchObject(noAnswer)
  })

  test.each([404, 410])('says that there is none: %i', async (status) => {
    const host = await startDocumentHost((_, response) => response.writeHead(status).end())
    expect(await fetcherTo(host)(documentUrl)).toMatchObject(noDocument)
  })
})

async function untilClosed([socket]: readonly Socket[]): Promise<void> {
  if (socket?.destroyed === false) await once(socket, 'close')
}

/** Sends a beginning, then one piece again and again for as long as somebody listens. */
function trickle({ socket }: ServerResponse, beginning: string, piece: string): void {
  socket?.write(beginning)
  const timer = setInterval(() => socket?.write(piece), 5)
  socket?.once('close', () => clearInterval(timer))
}
