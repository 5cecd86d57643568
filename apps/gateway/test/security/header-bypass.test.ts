import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { createMcpEndpoint, initializeRequest, mcpUrl, toolCall } from '../mcp/mcp-endpoint.ts'

const origin = 'https://mcp.example.test'
/** What some framework, proxy or hosting believes, with what a stranger would put in; `TOKEN` stands for a token that is good. */
const internal: Readonly<Record<string, string>> = {
  'x-original-url': '/healthz',
  'x-rewrite-url': '/healthz',
  'x-forwarded-uri': '/healthz',
  'x-forwarded-prefix': '/healthz',
  'x-forwarded-for': '127.0.0.1',
  'x-real-ip': '127.0.0.1',
  forwarded: 'for=127.0.0.1;host=localhost;proto=http',
  'x-forwarded-user': 'alice',
  'remote-user': 'alice',
  'x-webauth-user': 'alice',
  'x-mcp-user': 'usr_alice',
  'x-internal-request': 'true',
  'x-internal-bypass': 'true',
  'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
  'x-fjmcp-broker-session': 's:1',
  'proxy-authorization': 'Bearer TOKEN',
  'x-access-token': 'TOKEN',
  'x-api-key': 'TOKEN',
  cookie: 'access_token=TOKEN; session=TOKEN',
}
/** What some server takes for the Forgejo, the token or the user that a call is made with. */
const upstream: Readonly<Record<string, string>> = {
  'x-forgejo-url': 'http://evil.example/',
  'x-gitea-host': 'http://evil.example/',
  'x-upstream-url': 'http://evil.example/',
  'x-forgejo-token': 'stranger',
  'private-token': 'stranger',
  sudo: 'stranger',
}
const overriding: Readonly<Record<string, string>> = {
  'x-http-method-override': 'DELETE',
  'x-http-method': 'DELETE',
  'x-method-override': 'DELETE',
}

test('no header but Authorization lets anybody in', async () => {
  const { fetch, signIn } = await createHarness()
  const { tokens } = await signIn({ login: 'alice' })
  const filled = Object.entries(internal).map(([name, value]) => [name, value.replaceAll('TOKEN', tokens.access_token)])
  const headers = { ...Object.fromEntries(filled), 'content-type': 'application/json' }
  const response = await fetch(new Request(`${origin}/mcp`, { method: 'POST', headers, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }))
  expect(response.status).toBe(401)
})

test('no header leads a request elsewhere, or changes what is said of the broker', async () => {
  const { fetch } = await createHarness()
  const ask = async (headers: Readonly<Record<string, string>>) =>
    (await fetch(new Request(`${origin}/.well-known/oauth-authorization-server`, { headers }))).text()
  expect(await ask({ ...internal, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', host: 'evil.example' })).toBe(
    await ask({}),
  )
})

test('no header reaches the child program, as another Forgejo, another token or another user', async () => {
  const { fetch, runner, signIn } = await createHarness()
  const { tokens } = await signIn({ login: 'alice' })
  const headers = { ...upstream, authorization: `Bearer ${tokens.access_token}`, 'content-type': 'application/json' }
  const post = async (message: object, session = {}) =>
    fetch(new Request(`${origin}/mcp`, { method: 'POST', headers: { ...headers, ...session }, body: JSON.stringify(message) }))
  const opened = await post(initializeRequest())
  const called = await post(toolCall(1), { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' })
  expect([opened.status, called.status]).toEqual([200, 200])
  expect(runner.uses.map(({ name }) => name)).toEqual(expect.arrayContaining(['describe', 'call']))
  expect(JSON.stringify(runner.uses)).not.toMatch(/evil|stranger/)
})

test('no header and no parameter changes the method', async () => {
  const mcp = createMcpEndpoint()
  const caller = await mcp.open(mcp.token('alice'))
  const body = JSON.stringify(toolCall(1))
  const headers = {
    ...overriding,
    authorization: `Bearer ${caller.token}`,
    'mcp-session-id': caller.session,
    'content-type': 'application/json',
  }
  const response = await mcp.fetch(new Request(`${mcpUrl}?_method=DELETE`, { method: 'POST', headers, body }))
  expect(await response.json()).toHaveProperty('result')
  expect(mcp.rows.size).toBe(1)
})

test('a form is no less than a POST', async () => {
  const { fetch } = await createHarness()
  const headers = { 'x-http-method-override': 'POST', 'content-type': 'application/x-www-form-urlencoded' }
  for (const path of ['token', 'revoke', 'register', 'consent']) {
    const response = await fetch(new Request(`${origin}/oauth/${path}?_method=POST&grant_type=refresh_token`, { headers }))
    expect(response.status).toBe(405)
  }
})
