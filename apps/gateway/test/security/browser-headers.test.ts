import { describe, expect, test } from 'vitest'
import { type Store, StoreFailure } from '../../src/store/store.ts'
import { createHarness, type Harness } from '../harness.ts'
import { createMcpEndpoint, initializeRequest, mcpUrl, toolCall } from '../mcp/mcp-endpoint.ts'
import { consentUrl, readFields } from '../oauth/consent-form.ts'
import { openAuthorization } from '../oauth/sign-in.ts'

const publicUrl = 'https://mcp.example.test'

/** What no answer may lack: types are not guessed, no page embeds it, no address leaks, and https stays https. */
const always = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
}
const notKept = { ...always, 'cache-control': 'no-store' }
const page = { ...notKept, 'x-frame-options': 'DENY', 'content-security-policy': expect.stringContaining("frame-ancestors 'none'") }

type Ask = (harness: Harness) => Promise<Response>

const get =
  (path: string, init: RequestInit = {}): Ask =>
  async ({ fetch }) =>
    fetch(new Request(publicUrl + path, init))
const post = (path: string, values: Readonly<Record<string, string>>): Ask =>
  get(path, { method: 'POST', body: new URLSearchParams(values) })
const large: Readonly<Record<string, string>> = { padding: 'x'.repeat(65_536) }

test.each<readonly [string, number, Ask]>([
  ['the start page', 200, get('/')],
  ['the consent page', 200, openConsent],
  ['a page for a faulty sign-in', 400, get('/oauth/authorize')],
  ['a page at the callback', 400, get('/oauth/callback')],
  ['a page for a form from elsewhere', 403, get('/oauth/consent', { method: 'POST', headers: { origin: 'https://evil.example' } })],
  ['a page for a form that is too large', 413, post('/oauth/consent', large)],
  ['a page for what is not there', 404, get('/nowhere')],
  ['a page for another method', 405, get('/oauth/consent')],
  ['a page at the MCP endpoint', 401, get('/mcp', { headers: { accept: 'text/html,*/*;q=0.8' } })],
])('%s (%i) is a page that nobody frames and nothing keeps', async (_, status, ask) => {
  const response = await ask(await createHarness())
  expect(response.status).toBe(status)
  expect(Object.fromEntries(response.headers)).toMatchObject(page)
})

test.each<readonly [string, number, Ask]>([
  ['a redirect to the client', 303, denyConsent],
  ['a preflight of the metadata', 204, get('/.well-known/oauth-protected-resource', { method: 'OPTIONS' })],
  ['no metadata', 404, get('/.well-known/openid-configuration')],
  ['metadata by another method', 405, get('/.well-known/oauth-protected-resource', { method: 'PUT' })],
  ['the state of health', 200, get('/healthz')],
  ['a registration', 201, async ({ fetch }) => fetch(registration())],
  ['a refused registration', 400, async ({ fetch }) => fetch(registration({}))],
  ['tokens', 200, refresh],
  ['a refused token request', 400, post('/oauth/token', {})],
  ['a token request that is too large', 413, post('/oauth/token', large)],
  ['a token request of an unknown client', 401, post('/oauth/token', { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'x' })],
  ['a preflight of the token endpoint', 204, get('/oauth/token', { method: 'OPTIONS' })],
  ['a token request by GET', 405, get('/oauth/token')],
  ['a revocation', 200, revoke],
  ['what is not there beside the MCP endpoint', 404, get('/mcp/')],
])('%s (%i) is kept by nothing', async (_, status, ask) => {
  const response = await ask(await createHarness())
  expect(response.status).toBe(status)
  expect(Object.fromEntries(response.headers)).toMatchObject(notKept)
})

test('only the metadata may be kept, for minutes', async () => {
  const response = await get('/.well-known/oauth-authorization-server')(await createHarness())
  expect(Object.fromEntries(response.headers)).toMatchObject({ ...always, 'cache-control': 'public, max-age=300' })
})

test.each([
  ['passes', 503, () => new StoreFailure('full')],
  ['is ours', 500, () => new Error('a bug')],
])('a page for a fault that %s (%i)', async (_, status, fault) => {
  const wrapStore = (store: Store): Store => ({ ...store, clients: { ...store.clients, find: () => Promise.reject(fault()) } })
  const response = await openConsent(await createHarness({ wrapStore }))
  expect(response.status).toBe(status)
  expect(Object.fromEntries(response.headers)).toMatchObject(page)
})

test('too many requests (429)', async () => {
  const harness = await createHarness({ environment: { FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '1' } })
  const ask = () => harness.fetch(registration(), { address: '192.0.2.1' })
  await ask()
  const response = await ask()
  expect(response.status).toBe(429)
  expect(Object.fromEntries(response.headers)).toMatchObject(notKept)
})

test('nothing insists on https where the broker itself is on loopback', async () => {
  const { fetch } = await createHarness({ environment: { FJMCP_BROKER_PUBLIC_URL: 'http://127.0.0.1:8080' } })
  for (const path of ['/', '/healthz', '/mcp', '/nowhere']) {
    expect((await fetch(new Request(`http://127.0.0.1:8080${path}`))).headers.has('strict-transport-security')).toBe(false)
  }
})

describe('the opener of a page', () => {
  const policyOf = async (path: string) => {
    const { openBrowser } = await createHarness()
    return (await openBrowser().open(publicUrl + path)).headers.get('cross-origin-opener-policy')
  }

  test.each(['/', '/nowhere'])('is cut off outside of a sign-in: %s', async (path) => {
    expect(await policyOf(path)).toBe('same-origin')
  })

  test.each(['/oauth/authorize', '/oauth/callback', '/oauth/consent', '/oauth/nothing'])(
    'stays within a sign-in, since it may be the client that waits for its end: %s',
    async (path) => {
      expect(await policyOf(path)).toBeNull()
    },
  )

  test('stays at the consent page', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const consent = await openAuthorization(openBrowser(), await registerClient())
    expect(consent.headers.get('cross-origin-opener-policy')).toBeNull()
  })
})

describe('the MCP endpoint', () => {
  /** No browser goes there as to a page, so that neither policy nor https is its matter. */
  const ofMcp = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin', 'cache-control': 'no-store' }
  const mcp = createMcpEndpoint({ timings: { headWaitMs: 1 } })
  const token = mcp.token('alice')

  test.each([
    ['a challenge', 401, () => mcp.post(initializeRequest(), {})],
    ['a refused origin', 403, () => mcp.post(initializeRequest(), { token, headers: { origin: 'https://evil.example' } })],
    ['a refused level', 403, async () => mcp.post(toolCall(1, 'delete_repo'), await mcp.open(mcp.token('bob', 'read')))],
    ['no session', 404, () => mcp.post(toolCall(1), { token, session: 'x' })],
    ['another method', 405, async () => mcp.fetch(new Request(mcpUrl, { method: 'PUT' }))],
    ['a wrong type', 415, () => mcp.post('x', { token, headers: { 'content-type': 'text/plain' } })],
    ['no JSON', 400, () => mcp.post('x', { token })],
    ['a result', 200, async () => mcp.post({ jsonrpc: '2.0', id: 1, method: 'ping' }, await mcp.open(token))],
    ['a notification', 202, async () => mcp.post({ jsonrpc: '2.0', method: 'notifications/initialized' }, await mcp.open(token))],
    ['a stream', 200, async () => mcp.get(await mcp.open(token))],
    ['a preflight', 204, async () => mcp.fetch(new Request(mcpUrl, { method: 'OPTIONS' }))],
  ])('says with %s (%i) what matters to browsers there', async (_, status, ask) => {
    const response = await ask()
    expect(response.status).toBe(status)
    expect(Object.fromEntries(response.headers)).toMatchObject(ofMcp)
    await response.body?.cancel()
  })
})

function registration(metadata: object = { redirect_uris: ['http://localhost/'] }): Request {
  const headers = { 'content-type': 'application/json' }
  return new Request(`${publicUrl}/oauth/register`, { method: 'POST', headers, body: JSON.stringify(metadata) })
}

async function openConsent({ fetch, registerClient }: Harness): Promise<Response> {
  return fetch(new Request((await registerClient()).authorizeUrl()))
}

async function denyConsent({ fetch, openBrowser, registerClient }: Harness): Promise<Response> {
  const browser = openBrowser()
  const body = new URLSearchParams({ ...readFields(await openAuthorization(browser, await registerClient())), decision: 'deny' })
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return fetch(new Request(consentUrl, { method: 'POST', headers: { cookie }, body }))
}

async function refresh({ signIn }: Harness): Promise<Response> {
  const { client, tokens } = await signIn({ login: 'alice' })
  return client.refresh(tokens.refresh_token)
}

async function revoke(harness: Harness): Promise<Response> {
  const { client, tokens } = await harness.signIn({ login: 'alice' })
  return post('/oauth/revoke', { client_id: client.id, token: tokens.access_token })(harness)
}
