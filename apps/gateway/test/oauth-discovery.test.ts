import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'

const root = '/.well-known'

describe('discovery', () => {
  test.each([`${root}/oauth-authorization-server`, `${root}/oauth-authorization-server/mcp`])(
    '%s describes the authorization server, built from the public URL alone',
    async (path) => {
      const { fetch } = await createHarness()
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }
      const response = await fetch(new Request(`http://evil.example${path}`, { headers }))
      expect(response.status).toBe(200)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toEqual({
        issuer: 'https://mcp.example.test',
        authorization_endpoint: 'https://mcp.example.test/oauth/authorize',
        token_endpoint: 'https://mcp.example.test/oauth/token',
        revocation_endpoint: 'https://mcp.example.test/oauth/revoke',
        registration_endpoint: 'https://mcp.example.test/oauth/register',
        scopes_supported: ['read', 'write', 'full'],
        response_types_supported: ['code'],
        response_modes_supported: ['query'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
        revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
        client_id_metadata_document_supported: true,
      })
    },
  )

  test.each([`${root}/oauth-protected-resource`, `${root}/oauth-protected-resource/mcp`])('%s describes the resource', async (path) => {
    const { fetch } = await createHarness()
    const response = await fetch(new Request(`https://mcp.example.test${path}`))
    expect(await response.json()).toMatchObject({
      resource: 'https://mcp.example.test/mcp',
      authorization_servers: ['https://mcp.example.test'],
      scopes_supported: ['read', 'write', 'full'],
      bearer_methods_supported: ['header'],
    })
  })

  test('answers a browser’s preflight', async () => {
    const { fetch } = await createHarness()
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    const request = new Request(`https://mcp.example.test${root}/oauth-protected-resource`, { method: 'OPTIONS', headers })
    const response = await fetch(request)
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-headers')).toContain('Mcp-Protocol-Version')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('has no document that is not there', async () => {
    const { fetch } = await createHarness()
    const response = await fetch(new Request(`https://mcp.example.test${root}/openid-configuration`))
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: 'not_found' })
  })
})
