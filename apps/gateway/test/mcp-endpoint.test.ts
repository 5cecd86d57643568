import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, initializeRequest, type McpEndpoint, mcpUrl } from './mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let token: string

beforeEach(() => {
  mcp = createMcpEndpoint({ environment: { FJMCP_BROKER_ALLOWED_ORIGINS: 'https://app.example', FJMCP_BROKER_MAX_MESSAGE_BYTES: '65536' } })
  token = mcp.token('alice')
})

test('answers a preflight without a token, and lets Mcp-Param headers through', async () => {
  const response = await mcp.fetch(
    new Request(mcpUrl, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-headers': 'authorization, mcp-param-region, x-evil' },
    }),
  )
  expect(response.status).toBe(204)
  const allowed = response.headers.get('access-control-allow-headers')
  for (const name of ['Authorization', 'Mcp-Session-Id', 'Mcp-Protocol-Version', 'Last-Event-ID', 'mcp-param-region']) {
    expect(allowed).toContain(name)
  }
  expect(allowed).not.toContain('x-evil')
})

test.each(['PUT', 'PATCH', 'HEAD'])('answers %s with 405 and what is allowed', async (method) => {
  const response = await mcp.fetch(new Request(mcpUrl, { method, headers: { authorization: `Bearer ${token}` } }))
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, POST, DELETE, OPTIONS')
})

test('challenges a request without a token, and names no error', async () => {
  const response = await mcp.post(initializeRequest(), {})
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer scope="read write full", resource_metadata="https://broker.test/.well-known/oauth-protected-resource/mcp"',
  )
})

test.each([
  ['unknown_token', 'unknown'],
  ['expired', 'expired'],
  ['credential_dead', 'Forgejo'],
] as const)('challenges a token that is %s as invalid, with the reason', async (rejection, word) => {
  mcp.tokens.set('spoilt', rejection)
  const response = await mcp.post(initializeRequest(), { token: 'spoilt' })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toMatch(
    new RegExp(`error="invalid_token", error_description="[^"]*${word}[^"]*".*resource_metadata="https`),
  )
})

test.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['application/json; charset=utf-8', 200],
])('answers the content type %s with %i', async (contentType, status) => {
  const response = await mcp.post(initializeRequest(), { token, headers: { 'content-type': contentType } })
  expect(response.status).toBe(status)
})

test.each([
  ['application/json, text/event-stream', 200],
  ['*/*', 200],
  ['application/*, text/*;q=0.5', 200],
  ['application/json', 406],
  ['text/html', 406],
])('answers Accept: %s with %i', async (accept, status) => {
  const response = await mcp.post(initializeRequest(), { token, headers: { accept } })
  expect(response.status).toBe(status)
})

test.each([
  ['{"jsonrpc"', -32700, null],
  ['', -32700, null],
  ['17', -32600, null],
  ['{"jsonrpc":"1.0","id":3,"method":"ping"}', -32600, 3],
  ['{"id":"a","method":"ping"}', -32600, 'a'],
  ['{"jsonrpc":"2.0","id":3,"method":7}', -32600, 3],
  ['{"jsonrpc":"2.0","id":3,"method":"ping","params":[1]}', -32600, 3],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, null],
  ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, null],
  ['[]', -32600, null],
  [`{"jsonrpc":"2.0","id":"${'x'.repeat(257)}","method":"ping"}`, -32600, null],
  [`{"jsonrpc":"2.0","id":3,"method":"ping","params":${'['.repeat(9000)}${']'.repeat(9000)}}`, -32600, null],
])('answers the body %.60s with 400 and %i', async (body, code, id) => {
  const response = await mcp.post(body, { token })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id, error: { code, message: expect.any(String) } })
})

test('answers a body that is not UTF-8 with a parse error', async () => {
  const body = new Uint8Array([0x22, 0xff, 0x22])
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await mcp.fetch(new Request(mcpUrl, { method: 'POST', headers, body }))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32700 } })
})

test.each([
  { jsonrpc: '2.0', id: 9, method: 'server/discover', params: {} },
  { jsonrpc: '2.0', id: 9, method: 'tools/list', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } },
])('makes clients of the newer era fall back: $method', async (message) => {
  const response = await mcp.post(message, { token, headers: { 'mcp-protocol-version': '2026-07-28' } })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ id: 9, error: { code: -32000, message: expect.stringContaining('initialize') } })
})
