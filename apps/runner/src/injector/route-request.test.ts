import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { expect, test } from 'vitest'
import { toInjectedUrl } from './download-urls.ts'
import { routeRequest } from './route-request.ts'

const forgejoUrl = 'https://git.example.org/forge'
const injectorUrl = 'http://127.0.0.1:4711/fjb-prefix'

test('passes API paths on as they came, below the path of Forgejo', () => {
  expect(route('/api/v1/repos/a/b/branches/feature%2Fx?page=2&q=a%26b')).toEqual({
    ok: true,
    value: { kind: 'api', path: '/forge/api/v1/repos/a/b/branches/feature%2Fx?page=2&q=a%26b' },
  })
  expect(route('/api/v1/repos/a/b/contents/100%25/na%C3%AFve..txt').ok).toBe(true)
  expect(route('/api/v1/repos/a/b/compare/v1...v2').ok).toBe(true)
})

test('answers the version itself', () => {
  expect(route('/api/v1/version')).toEqual({ ok: true, value: { kind: 'version' } })
  expect(route('/api/v1/version?x=1')).toEqual({ ok: true, value: { kind: 'version' } })
})

test.each([
  '/api/v1/../../login',
  '/api/v1/..',
  '/api/v1/./user',
  '/api/v1/%2e%2e/%2E%2e/login',
  '/api/v1/%252e%252e/login',
  '/api/v1/%25252e%25252e/login',
  '/api/v1/x%2f..%2f..%2flogin',
  '/api/v1/x%5c..%5clogin',
  '/api/v1/x\\..\\login',
  '/api/v1/%',
  '/api/v1/%zz',
  '/api/v1/a#b',
  '/api/v1/a b',
  '/api/v1/ä',
  '/api/v1/%00',
  '/api/v1/a\r\nHost: evil.example',
])('refuses %j', (path) => {
  expect(route(path)).toMatchObject({ ok: false, error: { status: 400 } })
})

test.each([
  '/',
  '',
  '/login',
  '/api',
  '/api/v1',
  '/api/v1?x',
  '/api/v2/user',
  '/API/v1/user',
  '//api/v1/user',
  '/user/settings',
  '/dl',
  '/api/v1foo',
])('serves nothing at %j', (path) => {
  expect(route(path)).toMatchObject({ ok: false, error: { status: 404 } })
})

test.each(['//evil.example/api/v1/user', '/api/v1/user', '/fjb-prefixx/api/v1/user', '/@evil.example/api/v1/user'])(
  'serves nothing outside of its own prefix: %j',
  (target) => {
    expect(routeTarget(target)).toMatchObject({ ok: false, error: { status: 404 } })
  },
)

test.each(['http://evil.example/fjb-prefix/api/v1/user', 'evil.example:443', '*', '@evil.example/api/v1/user', ''])(
  'refuses a target that is not a path: %j',
  (target) => {
    expect(routeTarget(target)).toMatchObject({ ok: false, error: { status: 400 } })
  },
)

test.each(['token=x', 'a=1&access_token=x', 'sudo=root', '%73udo=root', 'Sudo=root'])('refuses to change identity by %j', (query) => {
  expect(route(`/api/v1/user?${query}`)).toMatchObject({ ok: false, error: { status: 403 } })
})

test('the level read allows only GET and HEAD', () => {
  for (const method of ['GET', 'HEAD']) expect(route('/api/v1/user', { method, accessLevel: 'read' }).ok).toBe(true)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect(route('/api/v1/user', { method, accessLevel: 'read' })).toMatchObject({ ok: false, error: { status: 403 } })
    expect(route('/api/v1/user', { method, accessLevel: 'full' }).ok).toBe(true)
  }
  for (const method of ['OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get']) {
    expect(route('/api/v1/user', { method, accessLevel: 'full' })).toMatchObject({ ok: false, error: { status: 405 } })
  }
})

test('the level write allows all but DELETE', () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH']) {
    expect(route('/api/v1/user', { method, accessLevel: 'write' }).ok).toBe(true)
  }
  expect(route('/api/v1/user', { method: 'DELETE', accessLevel: 'write' })).toMatchObject({
    ok: false,
    error: { status: 403, message: expect.stringContaining('may not delete') },
  })
})

test('follows a download of Forgejo', () => {
  expect(download('https://git.example.org/forge/a/b/releases/download/v1/x.tar.gz?a=1&b=2')).toEqual({
    ok: true,
    value: { kind: 'download', path: '/forge/a/b/releases/download/v1/x.tar.gz?a=1&b=2' },
  })
  expect(download('https://git.example.org/forge/attachments/1', 'DELETE')).toMatchObject({ ok: false, error: { status: 405 } })
})

test.each([
  ['https://evil.example/x', 'evil.example'],
  ['http://git.example.org/forge/x', 'git.example.org'],
  ['https://git.example.org:8443/forge/x', 'git.example.org:8443'],
  ['https://git.example.org@evil.example/forge/x', 'evil.example'],
  ['https://root:secret@git.example.org/forge/x', 'git.example.org'],
  ['https://root@git.example.org/forge/x', 'git.example.org'],
  ['https://git.example.org/elsewhere', 'git.example.org'],
  ['https://git.example.org/forge/../elsewhere', 'git.example.org'],
  ['https://git.example.org/forge/%2e%2e/elsewhere', 'git.example.org'],
  ['https://git.example.org/forge/..%2felsewhere', 'git.example.org'],
  ['https://git.example.org\\@evil.example/forge/x', 'git.example.org'],
  ['file:///etc/passwd', 'a file: address'],
  ['/attachments/1', 'an address that cannot be read'],
])('refuses the download of %j and names %s', (original, host) => {
  const refused = download(original)
  expect(refused).toMatchObject({ ok: false, error: { status: 403 } })
  expect(!refused.ok && refused.error.message).toContain(`at ${host}.`)
})

test.each([
  'https://git.example.org/forge/api/v1/user',
  'https://git.example.org/forge/%61pi/v1/user',
  'https://git.example.org/forge//API/v1/user',
])('refuses to fetch the API as a file: %j', (original) => {
  expect(download(original)).toMatchObject({ ok: false, error: { status: 403 } })
})

test('checks a download again although its path says it is Forgejo’s own', () => {
  const hostile = toInjectedUrl('https://evil.example/x', { forgejoUrl, injectorUrl }).replace('/foreign/', '/dl/')
  expect(routeTarget(new URL(hostile).pathname)).toMatchObject({ ok: false, error: { status: 403 } })
})

test.each(['/dl/', '/dl/~', '/dl/abc', '/dl/!!!~', '/dl/A~', '/dl/_w~', '/dl/abc~/more'])('knows no download %j', (path) => {
  expect(route(path)).toMatchObject({ ok: false, error: { status: 404 } })
})

function route(path: string, { method = 'GET', accessLevel = 'full' }: { method?: string; accessLevel?: AccessLevel } = {}) {
  return routeTarget(`/fjb-prefix${path}`, { method, accessLevel })
}

function routeTarget(target: string, { method = 'GET', accessLevel = 'full' }: { method?: string; accessLevel?: AccessLevel } = {}) {
  return routeRequest({ method, target, accessLevel }, { forgejoUrl, forgejoPath: '/forge', injectorPath: '/fjb-prefix' })
}

function download(original: string, method = 'GET') {
  return routeTarget(new URL(toInjectedUrl(original, { forgejoUrl, injectorUrl })).pathname, { method })
}
