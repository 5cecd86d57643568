import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { createMcpEndpoint, mcpUrl, toolCall } from '../mcp/mcp-endpoint.ts'

const origin = 'https://mcp.example.test'
/** What some framework, proxy or hosting believes, with what a stranger would put in. */
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
  'proxy-authorization': 'Bearer x',
  'x-access-token': 'x',
  'x-api-key': 'x',
  cookie: 'access_token=x; session=x',
}
const overriding: Readonly<Record<string, string>> = {
  'x-http-method-override': 'DELETE',
  'x-http-method': 'DELETE',
  'x-method-override': 'DELETE',
}

test('no header but Authorization lets anybody in', async () => {
  const { fetch } = await createHarness()
  const headers = { ...internal, 'content-type': 'application/json' }
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
