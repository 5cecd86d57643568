import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, initializeRequest, type McpEndpoint, mcpUrl, toolCall } from './mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let token: string

beforeEach(() => {
  mcp = createMcpEndpoint({ environment: { FJMCP_BROKER_ALLOWED_ORIGINS: 'https://app.example', FJMCP_BROKER_MAX_MESSAGE_BYTES: '65536' } })
  token = mcp.token('alice')
})

test.each(['https://broker.test', 'http://localhost:6274', 'http://127.0.0.1:5173', 'https://[::1]:8443', 'https://app.example'])(
  'lets a page of %s in',
  async (origin) => {
    const response = await mcp.post(initializeRequest(), { token, headers: { origin } })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-expose-headers')).toContain('Mcp-Session-Id')
    expect(response.headers.has('access-control-allow-credentials')).toBe(false)
  },
)

test.each([
  'null',
  'https://evil.example',
  'http://localhost.evil.example',
  'https://broker.test.evil.example',
  'http://127.0.0.1@evil.example',
  'http://user@localhost',
  'HTTP://localhost:6274',
  'ftp://localhost',
  'vscode-webview://localhost',
  'file://',
  '',
])('keeps a page of origin "%s" out, whoever it has a token of', async (origin) => {
  const response = await mcp.post(initializeRequest(), { token, headers: { origin } })
  expect(response.status).toBe(403)
  expect(mcp.rows.size).toBe(0)
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

test('does not take a token from the query', async () => {
  const url = `${mcpUrl}?access_token=${token}`
  const response = await mcp.fetch(new Request(url, { method: 'POST', body: JSON.stringify(initializeRequest()) }))
  expect(response.status).toBe(401)
})

test('refuses a token that is meant for another resource', async () => {
  const other = mcp.tokens.get(token)
  if (typeof other !== 'object') throw new Error('no token')
  mcp.tokens.set('other', { ...other, resource: 'https://other.test/mcp' })
  const response = await mcp.post(initializeRequest(), { token: 'other' })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('another resource')
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

test('refuses a message of very many values, small as it is', async () => {
  const generous = createMcpEndpoint({ environment: { FJMCP_BROKER_MAX_MESSAGE_BYTES: '4194304' } })
  const message = toolCall(1, 'create_file', { content: Array.from({ length: 100_000 }, () => 0) })
  const response = await generous.post(message, { token: generous.token('alice') })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32600, message: expect.stringContaining('100000') } })
})

test('answers a body that is not UTF-8 with a parse error', async () => {
  const body = new Uint8Array([0x22, 0xff, 0x22])
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await mcp.fetch(new Request(mcpUrl, { method: 'POST', headers, body }))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32700 } })
})

test.each(['declared', 'undeclared'])('refuses a message that is too large, its length %s, and names the limit', async (length) => {
  const text = JSON.stringify(toolCall(1, 'create_file', { content: 'x'.repeat(70_000) }))
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(length === 'declared' && { 'content-length': String(text.length) }),
  }
  const body = new Blob([text]).stream()
  const response = await mcp.fetch(new Request(mcpUrl, { method: 'POST', headers, body, duplex: 'half' } as RequestInit))
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ error: { code: -32600, message: expect.stringContaining('65536 bytes') } })
})

test.each([
  { jsonrpc: '2.0', id: 9, method: 'server/discover', params: {} },
  { jsonrpc: '2.0', id: 9, method: 'tools/list', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } },
])('makes clients of the newer era fall back: $method', async (message) => {
  const response = await mcp.post(message, { token, headers: { 'mcp-protocol-version': '2026-07-28' } })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ id: 9, error: { code: -32000, message: expect.stringContaining('initialize') } })
})
