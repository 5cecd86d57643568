import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type Api, ask, json, maxBodyBytes, sendRaw, setUp } from './set-up.ts'

const echo: Api = ({ method, url, body, authorization }, response) => json(response, { method, url, body, authorization })

test('puts in the token of the user and passes the answer on', async () => {
  const { child, credentials, received, forgejoUrl } = await setUp(
    (_, response) => {
      response.writeHead(201, { 'x-total-count': '7', 'set-cookie': 'a=b', 'content-type': 'application/json', link: '<x>; rel="next"' })
      response.end('{"id":9007199254740993}')
    },
    { path: '/forge' },
  )
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const response = await child('alice').ask('/api/v1/repos/a/b/issues?page=2&q=%C3%BC', {
    method: 'POST',
    body: '{"title":"x"}',
    headers: { 'content-type': 'application/json', 'user-agent': 'forgejo-mcp/2', cookie: 'c=d', sudo: 'root', 'x-forgejo-otp': '1' },
  })
  expect(response.status).toBe(201)
  expect(await response.text()).toBe('{"id":9007199254740993}')
  expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-total-count': '7', link: '<x>; rel="next"', 'content-length': '23' })
  expect(response.headers.has('set-cookie')).toBe(false)
  expect(received).toMatchObject([{ method: 'POST', url: '/forge/api/v1/repos/a/b/issues?page=2&q=%C3%BC', body: '{"title":"x"}' }])
  expect(received[0]?.headers).toEqual({
    host: new URL(forgejoUrl).host,
    authorization: 'Bearer alice-1',
    connection: 'keep-alive',
    'user-agent': 'forgejo-mcp/2',
    'content-type': 'application/json',
    'content-length': '13',
    'accept-encoding': 'identity',
    'accept-language': '*',
    accept: '*/*',
  })
})

test('serves nothing without a valid token, and does not say why', async () => {
  const { child, credentials, injector, received } = await setUp(echo)
  injector.setForgejoVersion('15.0.3')
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const alice = child('alice')
  for (const path of ['/api/v1/user', '/api/v1/version', '/', '/dl/x~', '/api/v1/../x']) {
    for (const token of ['', 'wrong', 'alice-1', `${alice.token}x`, 'fjb_ch_']) {
      const response = await ask(injector.url + path, token)
      expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }])
    }
  }
  for (const authorization of [alice.token, `Basic ${alice.token}`, `token ${alice.token} x`]) {
    expect((await alice.ask('/api/v1/user', { headers: { authorization } })).status).toBe(401)
  }
  expect(received).toEqual([])
  expect((await alice.ask('/api/v1/user', { headers: { authorization: `bearer ${alice.token}` } })).status).toBe(200)
})

test('a session that ended is refused, and its calls under way are broken off', async () => {
  const { promise: began, resolve: begin } = Promise.withResolvers<void>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const { child, credentials } = await setUp((_, response) => {
    response.on('close', () => end())
    begin()
  })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const alice = child('alice')
  const underWay = alice.ask('/api/v1/user').catch(() => 'broken off')
  await began
  alice.unregister()
  expect(await underWay).toBe('broken off')
  await ended
  expect((await alice.ask('/api/v1/user')).status).toBe(401)
})

test('answers the version itself, and says when it does not know it', async () => {
  const { child, injector, received } = await setUp(echo)
  const alice = child('alice', 'read')
  const unknown = await alice.ask('/api/v1/version')
  expect([unknown.status, await unknown.json()]).toEqual([503, { message: expect.stringContaining('version of Forgejo is not known') }])
  injector.setForgejoVersion('15.0.3+gitea-1.22.0')
  expect(await (await alice.ask('/api/v1/version')).json()).toEqual({ version: '15.0.3+gitea-1.22.0' })
  expect(received).toEqual([])
})

test('a session that may only read changes nothing, until it may', async () => {
  const { child, credentials, received } = await setUp(echo)
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const alice = child('alice', 'read')
  const refused = await alice.ask('/api/v1/user/repos', { method: 'POST', body: '{}' })
  expect([refused.status, await refused.json()]).toEqual([403, { message: expect.stringContaining('may only read') }])
  expect(received).toEqual([])
  expect((await alice.ask('/api/v1/user')).status).toBe(200)
  alice.update('write')
  expect((await alice.ask('/api/v1/user/repos', { method: 'POST', body: '{}' })).status).toBe(200)
})

test.each([
  'GET http://evil.example/api/v1/user HTTP/1.1',
  'GET //evil.example/api/v1/user HTTP/1.1',
  'GET PREFIX/../api/v1/user HTTP/1.1',
  'GET PREFIX/api/v1/../../login HTTP/1.1',
  'GET PREFIX/api/v1/%2e%2e/%2e%2e/login HTTP/1.1',
  'GET PREFIX@evil.example/api/v1/user HTTP/1.1',
  'GET PREFIX/api/v1/a\rb HTTP/1.1',
  'GET PREFIX/api/v1/a\tb HTTP/1.1',
  'GET PREFIX/api/v1/\u00e4 HTTP/1.1',
  'CONNECT evil.example:443 HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'TRACE PREFIX/api/v1/user HTTP/1.1',
])('lets nothing through for %j', async (requestLine) => {
  const { child, credentials, injector, received } = await setUp(echo)
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const line = requestLine.replace('PREFIX', new URL(injector.url).pathname)
  const head = `${line}\r\nHost: x\r\nAuthorization: token ${child('alice').token}\r\nConnection: close\r\n\r\n`
  const answered = await sendRaw(injector.url, head)
  expect(answered).toMatch(/^(?:HTTP\/1\.1 40[045] |$)/)
  expect(received).toEqual([])
})

test('refuses a body over the limit, with and without a length', async () => {
  const { child, credentials, received } = await setUp(echo)
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const alice = child('alice')
  const tooLarge = Buffer.alloc(maxBodyBytes + 1, 'x')
  expect((await alice.ask('/api/v1/user', { method: 'POST', body: tooLarge })).status).toBe(413)
  const stream = new Blob([tooLarge]).stream()
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: stream, duplex: 'half' }
  expect((await alice.ask('/api/v1/user', init)).status).toBe(413)
  expect(received).toEqual([])
  expect((await alice.ask('/api/v1/user', { method: 'POST', body: tooLarge.subarray(1) })).status).toBe(200)
})

test('lets a form through only where it is one file alone', async () => {
  const { child, credentials, received } = await setUp(echo)
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const alice = child('alice')
  const form = new FormData()
  form.set('attachment', new File(['content'], 'a.txt'))
  expect((await alice.ask('/api/v1/repos/a/b/issues/1/assets', { method: 'POST', body: form })).status).toBe(200)
  expect(received).toMatchObject([{ body: expect.stringContaining('content') }])
  form.set('sudo', 'root')
  for (const body of [form, new URLSearchParams({ sudo: 'root' })]) {
    const refused = await alice.ask('/api/v1/user/repos', { method: 'POST', body })
    expect([refused.status, await refused.json()]).toEqual([415, { message: expect.stringContaining('one file') }])
  }
  expect(received).toHaveLength(1)
})

test('asks for a body only where it will be taken', async () => {
  const { child, credentials, injector } = await setUp(echo)
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const { token } = child('alice')
  const waiting = (authorization: string, length: number) =>
    new Promise<readonly unknown[]>((resolve, reject) => {
      let isAsked = false
      const headers = { authorization, 'content-type': 'application/json', 'content-length': length, expect: '100-continue' }
      const asking = request(`${injector.url}/api/v1/user/repos`, { method: 'POST', headers })
      asking.on('error', reject).on('continue', () => {
        isAsked = true
        asking.end('x'.repeat(length))
      })
      asking.on('response', (response) => {
        resolve([response.statusCode, isAsked, response.headers.connection])
        asking.destroy()
      })
      asking.flushHeaders()
    })
  expect(await waiting(`token ${token}`, 2)).toEqual([200, true, 'close'])
  expect(await waiting('token wrong', 2)).toEqual([401, false, 'close'])
  expect(await waiting(`token ${token}`, maxBodyBytes + 1)).toEqual([413, false, 'close'])
})

test('takes no more large bodies of one user at once than four, has room for others meanwhile, and for the user again after them', async () => {
  const asked = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  let held = 0
  const { child, credentials } = await setUp(async (_, response) => {
    held += 1
    if (held === 4) asked.resolve()
    await gate.promise
    json(response, {})
  })
  for (const userId of ['alice', 'bob']) credentials.set({ userId, generation: 1, accessToken: `${userId}-1` })
  const [alice, bob] = [child('alice'), child('bob')]
  const upload = (one: typeof alice) => one.ask('/api/v1/user', { method: 'POST', body: 'x'.repeat(maxBodyBytes) })
  const under = [upload(alice), upload(alice), upload(alice), upload(alice)]
  await asked.promise
  expect((await upload(alice)).status).toBe(503)
  const others = upload(bob)
  gate.resolve()
  expect((await others).status).toBe(200)
  for (const response of await Promise.all(under)) await response.text()
  await expect.poll(async () => (await upload(alice)).status).toBe(200)
})

test('holds no more connections than it may', async () => {
  const { injector } = await setUp(echo, { maxConnections: 2 })
  const open = async () => {
    const socket = connect(Number(new URL(injector.url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  const [first, second] = [await open(), await open()]
  await once((await open()).resume(), 'close')
  expect([first.closed, second.closed]).toEqual([false, false])
})

test('answers to HEAD and without content pass', async () => {
  const { child, credentials } = await setUp((received, response) => {
    response.writeHead(received.method === 'HEAD' ? 200 : 204, { 'content-type': 'application/json' }).end()
  })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const alice = child('alice')
  expect((await alice.ask('/api/v1/user', { method: 'HEAD' })).status).toBe(200)
  expect((await alice.ask('/api/v1/user', { method: 'DELETE' })).status).toBe(204)
})

test('a child that hangs up stops the request to Forgejo', async () => {
  const { promise: began, resolve: begin } = Promise.withResolvers<void>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const { child, credentials } = await setUp((_, response) => {
    response.on('close', () => end())
    begin()
  })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const hangingUp = new AbortController()
  const asking = child('alice').ask('/api/v1/user', { signal: hangingUp.signal })
  await began
  hangingUp.abort()
  await expect(asking).rejects.toThrow('aborted')
  await ended
})

test('says when Forgejo is not reached or breaks off, without an address within', async () => {
  const { child, credentials, forgejoUrl } = await setUp((received, response) => {
    if (received.url.endsWith('/cut')) response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
    else response.destroy()
  })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  const alice = child('alice')
  const broken = await alice.ask('/api/v1/user')
  expect([broken.status, await broken.json()]).toEqual([
    502,
    { message: expect.stringContaining(`connection to Forgejo at ${new URL(forgejoUrl).host} broke`) },
  ])
  const cut = await alice.ask('/api/v1/cut')
  await expect(cut.text()).rejects.toThrow('terminated')
})

test('logs each call without query, token or address, and without what the path names', async () => {
  const { promise: served, resolve: onLogged } = Promise.withResolvers<string>()
  const { child, credentials, logged } = await setUp(echo, { onLogged })
  credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  await child('alice').ask('/api/v1/repos/a/b?secret=1')
  await served
  expect(logged.map((line) => JSON.parse(line) as object)).toEqual([
    { event: 'api_request_served', session: 's:alice', method: 'GET', status: 200, durationMs: 0, path: '/api/v1/repos…' },
  ])
})
