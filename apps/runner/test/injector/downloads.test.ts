import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type Api, json, serve, setUp } from './set-up.ts'

test('a file of Forgejo is fetched through the injector, and the client sees its real address', async () => {
  const { alice, injector, received, forgejoUrl } = await signedIn((origin) => ({ url }, response) => {
    if (url.startsWith('/api/'))
      return json(response, [{ assets: [{ name: 'a.tgz', browser_download_url: `${origin()}/attachments/1?x=1&y=ü` }] }])
    response.writeHead(200, { 'content-type': 'application/json', 'content-disposition': 'attachment' })
    response.end('{"browser_download_url":"https://evil.example"}')
  })
  const releases = (await (await alice.ask('/api/v1/repos/a/b/releases')).json()) as [{ assets: [{ browser_download_url: string }] }]
  const url = releases[0].assets[0].browser_download_url
  expect(url).toMatch(new RegExp(`^${injector.url}/dl/`))
  expect(injector.restore(JSON.stringify({ text: JSON.stringify(releases) }))).toBe(
    JSON.stringify({
      text: JSON.stringify([{ assets: [{ name: 'a.tgz', browser_download_url: `${forgejoUrl}/attachments/1?x=1&y=ü` }] }]),
    }),
  )

  const file = await alice.ask(url, { headers: { range: 'bytes=0-' } })
  expect(file.headers.get('content-disposition')).toBe('attachment')
  expect(await file.text()).toBe('{"browser_download_url":"https://evil.example"}')
  expect(received.map(({ url, authorization, headers }) => [url, authorization, headers.range])).toEqual([
    ['/api/v1/repos/a/b/releases', 'Bearer alice-1', undefined],
    ['/attachments/1?x=1&y=%C3%BC', 'Bearer alice-1', 'bytes=0-'],
  ])
})

test('a hostile release sends the child nowhere, and no token leaves', async () => {
  const visitors: string[] = []
  const evil = await serve((request, response) => {
    visitors.push(request.headers.authorization ?? '')
    response.end('mine')
  })
  const { alice, injector, received } = await signedIn(() => (_, response) => {
    json(response, { body: 'see "browser_download_url"', assets: [{ browser_download_url: `${evil}/collect?a=1` }] })
  })
  const release = (await (await alice.ask('/api/v1/repos/a/b/releases/1')).json()) as { assets: [{ browser_download_url: string }] }
  const url = release.assets[0].browser_download_url
  expect(url).toMatch(new RegExp(`^${injector.url}/foreign/`))
  for (const address of [url, url.replace('/foreign/', '/dl/')]) {
    const refused = await alice.ask(address)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toEqual({ message: expect.stringContaining(`not kept by Forgejo but at ${new URL(evil).host}`) })
  }
  expect(visitors).toEqual([])
  expect(received).toHaveLength(1)
  expect(injector.restore(JSON.stringify(release))).toContain(`"${evil}/collect?a=1"`)
})

test('redirects within Forgejo lead back through the injector', async () => {
  const { alice, injector, received } = await signedIn((origin) => ({ url }, response) => {
    const locations: Readonly<Record<string, string>> = {
      '/api/v1/repos/old/b?x=1': '/api/v1/repos/new/b?x=1',
      '/api/v1/repos/c/d/archive': `${origin()}/c/d/archive/x.zip`,
      '/c/d/archive/x.zip': '../y.zip',
    }
    const location = locations[url]
    if (location === undefined) return json(response, { at: url })
    response.writeHead(307, { location }).end()
  })
  const renamed = await alice.ask('/api/v1/repos/old/b?x=1', { method: 'POST', body: '{}' })
  expect([renamed.status, renamed.headers.get('location')]).toEqual([307, `${injector.url}/api/v1/repos/new/b?x=1`])

  const archive = await alice.ask('/api/v1/repos/c/d/archive', { redirect: 'follow' })
  expect(await archive.json()).toEqual({ at: '/c/d/y.zip' })
  expect(received.map(({ url }) => url)).toEqual([
    '/api/v1/repos/old/b?x=1',
    '/api/v1/repos/c/d/archive',
    '/c/d/archive/x.zip',
    '/c/d/y.zip',
  ])
  for (const { authorization } of received) expect(authorization).toBe('Bearer alice-1')
})

test('a redirect to another host is refused with the reason', async () => {
  const visitors: string[] = []
  const store = await serve((request, response) => {
    visitors.push(request.url ?? '')
    response.end()
  })
  const { alice } = await signedIn((origin) => ({ url }, response) => {
    if (url === '/api/v1/release') return json(response, { browser_download_url: `${origin()}/attachments/1` })
    response.writeHead(302, { location: url.endsWith('/odd') ? '//evil.example/x' : `${store}/bucket/1?signature=abc` }).end('moved')
  })
  const { browser_download_url: url } = (await (await alice.ask('/api/v1/release')).json()) as { browser_download_url: string }
  const download = await alice.ask(url)
  const { message } = (await download.json()) as { message: string }
  expect([download.status, download.headers.get('location')]).toEqual([502, null])
  expect(message).toContain(`redirects to ${new URL(store).host}, as it does with an object store and SERVE_DIRECT`)
  expect(message).not.toContain('abc')
  for (const path of ['/api/v1/other', '/api/v1/odd']) {
    const api = await alice.ask(path)
    expect([api.status, api.headers.get('location')]).toEqual([502, null])
  }
  expect(visitors).toEqual([])
})

test('the sign-in page of Forgejo is not taken for the file', async () => {
  const { alice } = await signedIn((origin) => ({ url }, response) => {
    if (url.startsWith('/api/')) return json(response, { browser_download_url: `${origin()}/a/b/settings` })
    response.writeHead(303, { location: '/user/login?redirect_to=x' }).end()
  })
  const { browser_download_url: url } = (await (await alice.ask('/api/v1/release')).json()) as { browser_download_url: string }
  const page = await alice.ask(url)
  expect([page.status, await page.json()]).toEqual([403, { message: expect.stringContaining('sign-in page') }])
})

test('the location of what was created is turned around, or left out where it is foreign', async () => {
  const { alice, injector } = await signedIn((origin) => ({ url }, response) => {
    const location = url.endsWith('/own') ? `${origin()}/api/v1/repos/a/b` : 'https://evil.example/x'
    response.writeHead(201, { location, 'content-location': location, refresh: `0;url=${location}` }).end()
  })
  const own = await alice.ask('/api/v1/own', { method: 'POST' })
  expect([own.status, own.headers.get('location')]).toEqual([201, `${injector.url}/api/v1/repos/a/b`])
  const foreign = await alice.ask('/api/v1/foreign', { method: 'POST' })
  expect(foreign.status).toBe(201)
  for (const name of ['location', 'content-location', 'refresh']) expect(foreign.headers.has(name)).toBe(false)
})

test('an answer too large to be collected is rewritten as it streams', async () => {
  const assets = 40_000
  const { alice, injector } = await signedIn(() => (_, response) => {
    const releases = Array.from({ length: assets }, (_, id) => ({
      id,
      body: 'ü'.repeat(20),
      browser_download_url: `https://evil.example/${id}`,
    }))
    const body = Buffer.from(JSON.stringify(releases))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
  })
  const response = await alice.ask('/api/v1/repos/a/b/releases')
  expect(response.headers.has('content-length')).toBe(false)
  const releases = (await response.json()) as { id: number; browser_download_url: string }[]
  expect(releases).toHaveLength(assets)
  expect(releases.every(({ browser_download_url: url }) => url.startsWith(`${injector.url}/foreign/`))).toBe(true)
  expect(injector.restore(releases[7]?.browser_download_url ?? '')).toBe('https://evil.example/7')
})

test('a large file streams without being collected', async () => {
  const size = 8_388_608
  const { alice } = await signedIn((origin) => ({ url }, response) => {
    if (url.startsWith('/api/')) return json(response, { browser_download_url: `${origin()}/attachments/1` })
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size }).end(Buffer.alloc(size, 'x'))
  })
  const { browser_download_url: url } = (await (await alice.ask('/api/v1/release')).json()) as { browser_download_url: string }
  const file = await alice.ask(url)
  expect(file.headers.get('content-length')).toBe(String(size))
  expect((await file.bytes()).every((byte) => byte === 0x78)).toBe(true)
})

test('an answer of the API that came compressed is not passed on unread', async () => {
  const { alice, received } = await signedIn(() => (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    response.end(gzipSync('{"browser_download_url":"https://evil.example/x"}'))
  })
  const response = await alice.ask('/api/v1/release', { headers: { 'accept-encoding': 'gzip' } })
  expect([response.status, await response.json()]).toEqual([502, { message: expect.stringContaining('compressed') }])
  expect(received[0]?.headers['accept-encoding']).toBe('identity')
})

test('a field that never ends is broken off', async () => {
  const { alice } = await signedIn(() => (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`{"browser_download_url":"https://evil.example/${'x'.repeat(200_000)}`)
  })
  await expect(alice.ask('/api/v1/release').then((response) => response.text())).rejects.toThrow('fetch failed')
})

/** An API that knows its own origin, and a session of alice's with a token. */
async function signedIn(createApi: (origin: () => string) => Api) {
  let forgejoUrl = ''
  const set = await setUp(createApi(() => forgejoUrl))
  forgejoUrl = set.forgejoUrl
  set.credentials.set({ userId: 'alice', generation: 1, accessToken: 'alice-1' })
  return { ...set, alice: set.child('alice') }
}
