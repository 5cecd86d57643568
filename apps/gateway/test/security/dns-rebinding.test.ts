import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, initializeRequest, type McpEndpoint } from '../mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let token: string

beforeEach(() => {
  mcp = createMcpEndpoint({ environment: { FJMCP_BROKER_ALLOWED_ORIGINS: 'https://app.example' } })
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
