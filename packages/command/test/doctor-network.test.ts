import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer } from 'node:net'
import { findFreePort } from '@fjmcp-broker/testkit/free-port'
import { describe, expect, test } from 'vitest'
import { createNetwork, type Network } from '../src/doctor/network/ask-network.ts'
import { type Certificate, createCertificate } from '@fjmcp-broker/testkit/certificate'
import { listenForTest } from './doctor/listen-for-test.ts'

const dayMs = 86_400_000

test('brings back an answer whole, redirects and refusals too, and when it came', async () => {
  const server = createHttpServer((request, response) => {
    response.writeHead(302, { location: 'https://elsewhere.example', 'x-method': request.method ?? '', 'set-cookie': ['a=1', 'b=2'] })
    request.pipe(response)
  })
  const { ask } = network()
  const answer = await ask({ url: `${await listenForTest(server)}/path`, method: 'POST', headers: { 'x-more': '1' }, body: 'hello' })
  expect(answer).toMatchObject({ ok: true, value: { status: 302, body: 'hello', receivedAtMs: 42 } })
  expect(answer.ok && answer.value.headers.get('location')).toBe('https://elsewhere.example')
  expect(answer.ok && answer.value.headers.get('x-method')).toBe('POST')
})

test('reads the beginning of an endless answer only', async () => {
  const server = createHttpServer((_, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(10_000))) continue
    }
    response.on('drain', write)
    write()
  })
  const answer = await network().ask({ url: await listenForTest(server) })
  expect(answer.ok && answer.value.body.length).toBeGreaterThanOrEqual(65_536)
})

describe('names what is wrong when', () => {
  test('nothing listens', async () => {
    expect(await network().ask({ url: `http://127.0.0.1:${await findFreePort(0)}` })).toEqual({ ok: false, error: { reason: 'refused' } })
  })

  test('the name is unknown', async () => {
    const answer = await network().ask({ url: 'http://nowhere.invalid' })
    // Where a machine has no name server at all, that is what is wrong.
    expect(answer.ok ? undefined : answer.error.reason).toMatch(/^(unknown_name|no_name_server)$/)
  })

  test('the connection is taken and nothing is said', async () => {
    const url = await listenForTest(createServer(() => {}))
    expect(await network({ answerWithinMs: 50 }).ask({ url })).toEqual({ ok: false, error: { reason: 'silent', waitedMs: 50 } })
  })

  test('no connection comes about', async () => {
    const url = await listenForTest(createServer(() => {}))
    const answer = await network({ connectWithinMs: 50 }).ask({ url: url.replace('http:', 'https:') })
    expect(answer).toEqual({ ok: false, error: { reason: 'connect_timeout' } })
  })

  test('the answer never ends', async () => {
    const url = await listenForTest(createHttpServer((_, response) => void response.write('and')))
    expect(await network({ answerWithinMs: 200 }).ask({ url })).toEqual({ ok: false, error: { reason: 'silent', waitedMs: 200 } })
  })

  test('the connection is ended at once', async () => {
    const url = await listenForTest(createServer((socket) => socket.destroy()))
    expect(await network().ask({ url })).toMatchObject({ ok: false, error: { reason: 'broken' } })
  })

  test('something other than HTTP is spoken', async () => {
    const url = await listenForTest(createServer((socket) => socket.end('220 mail.example ESMTP\r\n')))
    expect(await network().ask({ url })).toEqual({ ok: false, error: { reason: 'not_http' } })
  })

  test('TLS is not spoken', async () => {
    const url = await listenForTest(createHttpServer())
    expect(await network().ask({ url: url.replace('http:', 'https:') })).toEqual({ ok: false, error: { reason: 'not_tls' } })
  })

  test('the other side ends the handshake', async () => {
    const { certificate, url } = await serveTls(createCertificate({}), { ALPNProtocols: ['of-its-own'] })
    expect(await network({ certificateAuthority: certificate.cert }).ask({ url })).toMatchObject({
      ok: false,
      error: { reason: 'tls_refused' },
    })
  })

  test.each([
    { problem: 'expired', certificate: createCertificate({ fromMs: Date.now() - 2 * dayMs, untilMs: Date.now() - dayMs }) },
    { problem: 'not_yet_valid', certificate: createCertificate({ fromMs: Date.now() + dayMs, untilMs: Date.now() + 2 * dayMs }) },
    { problem: 'wrong_name', certificate: createCertificate({ name: 'other.example' }) },
  ])('the certificate is $problem', async ({ problem, certificate }) => {
    const { url } = await serveTls(certificate)
    const answer = await network({ certificateAuthority: certificate.cert }).ask({ url })
    expect(answer).toMatchObject({ ok: false, error: { reason: 'certificate', problem } })
  })

  test.each([
    { problem: 'self_signed', certificate: createCertificate({}) },
    { problem: 'unknown_issuer', certificate: createCertificate({ signedByStranger: true }) },
  ])('the certificate is $problem and nobody vouches for it', async ({ problem, certificate }) => {
    const { url } = await serveTls(certificate)
    expect(await network().ask({ url })).toMatchObject({ ok: false, error: { reason: 'certificate', problem } })
  })
})

test('takes a certificate whose authority is trusted', async () => {
  const { certificate, url } = await serveTls(createCertificate({}))
  expect(await network({ certificateAuthority: certificate.cert }).ask({ url })).toMatchObject({ ok: true })
})

test('looks names and addresses up', async () => {
  const { resolve } = network()
  expect(await resolve('127.0.0.1')).toEqual(['127.0.0.1'])
  expect(await resolve('[::1]')).toEqual(['::1'])
  expect(await resolve('nowhere.invalid')).toEqual([])
})

function network(options: Partial<Parameters<typeof createNetwork>[0]> = {}): Network {
  return createNetwork({ clock: () => 42, ...options })
}

async function serveTls(certificate: Certificate, options: { readonly ALPNProtocols?: string[] } = {}) {
  const server = createHttpsServer({ ...certificate, ...options }, (_, response) => response.end('here'))
  const url = await listenForTest(server)
  return { certificate, url: url.replace('http://127.0.0.1', 'https://localhost') }
}
