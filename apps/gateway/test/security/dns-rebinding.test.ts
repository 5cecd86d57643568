import { beforeEach, describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
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

test('a page of another origin neither reads a stream nor ends a session, whoever it has a token of', async () => {
  const caller = await mcp.open(token)
  for (const method of ['GET', 'DELETE']) {
    const headers = { authorization: `Bearer ${token}`, 'mcp-session-id': caller.session, origin: 'http://evil.example' }
    expect((await mcp.fetch(new Request('https://broker.test/mcp', { method, headers }))).status).toBe(403)
  }
  expect(mcp.rows.size).toBe(1)
})

describe('a broker on loopback', () => {
  const environment = { FJMCP_BROKER_PUBLIC_URL: 'http://localhost:8080' }
  const paths = ['/', '/mcp', '/oauth/authorize', '/oauth/consent', '/oauth/callback', '/oauth/token', '/oauth/register', '/oauth/revoke']
  const documents = ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource/mcp', '/nowhere']

  test.each([...paths, ...documents])('tells a page that came to it under another name nothing: %s', async (path) => {
    const { fetch } = await createHarness({ environment })
    for (const host of ['evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example', 'broker']) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const response = await fetch(new Request(`http://${host}${path}`, { method }))
        expect(response.status).toBe(421)
        expect(response.headers.get('access-control-allow-origin')).toBeNull()
        expect(await response.text()).not.toMatch(/forgejo\.|csrf|127\.0\.0\.1:\d/)
      }
    }
  })

  test('lets no page under another name allow a client, though it is of the same origin to the browser', async () => {
    const { fetch, registerClient } = await createHarness({ environment })
    const client = await registerClient()
    const asked = await fetch(new Request(client.authorizeUrl().replace('localhost:8080', 'evil.example:8080')))
    expect([asked.status, asked.headers.getSetCookie()]).toEqual([421, []])
  })

  test.each(['localhost:8080', 'fjmcp.localhost:8080', '127.0.0.1:8080', '[::1]:8080', '192.168.1.7:80'])('answers as %s', async (host) => {
    const { fetch } = await createHarness({ environment })
    expect((await fetch(new Request(`http://${host}/`))).status).toBe(200)
    expect((await fetch(new Request(`http://${host}/mcp`, { method: 'POST' }))).status).toBe(401)
  })

  test('says under any name whether it is well', async () => {
    const { fetch } = await createHarness({ environment })
    expect((await fetch(new Request('http://probe.internal/healthz'))).status).toBe(200)
  })
})

test('a broker behind https does not care under which name a proxy asks', async () => {
  const { fetch } = await createHarness()
  expect((await fetch(new Request('http://upstream-1:8080/'))).status).toBe(200)
})
