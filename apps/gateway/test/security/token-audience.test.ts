import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { createMcpEndpoint, initializeRequest, mcpUrl } from '../mcp/mcp-endpoint.ts'
import { getCode } from '../oauth/get-code.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import { readError } from '../oauth/token-answers.ts'

describe('the MCP endpoint', () => {
  test('refuses a token that is meant for another resource', async () => {
    const mcp = createMcpEndpoint()
    const other = mcp.tokens.get(mcp.token('alice'))
    if (typeof other !== 'object') throw new Error('no token')
    mcp.tokens.set('other', { ...other, resource: 'https://other.test/mcp' })
    const response = await mcp.post(initializeRequest(), { token: 'other' })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('another resource')
  })

  test.each(['access_token', 'token', 'bearer_token'])('does not take a token from %s in the query or the form', async (name) => {
    const mcp = createMcpEndpoint()
    const token = mcp.token('alice')
    const body = JSON.stringify(initializeRequest())
    expect((await mcp.fetch(new Request(`${mcpUrl}?${name}=${token}`, { method: 'POST', body }))).status).toBe(401)
    expect((await mcp.fetch(new Request(mcpUrl, { method: 'POST', body: new URLSearchParams({ [name]: token }) }))).status).toBe(401)
    expect(mcp.rows.size).toBe(0)
  })

  test('takes no token of Forgejo, though it is the user’s own', async () => {
    const harness = await createHarness()
    const { userId } = await harness.signIn({ login: 'alice' })
    const { accessToken } = await harness.runner.renewCredential(userId)
    expect(accessToken).toEqual(expect.any(String))
    expect(await mcpStatus(harness, accessToken ?? '')).toBe(401)
  })

  test('takes an access token, and nothing else that we give out', async () => {
    const harness = await createHarness()
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    const code = await getCode(harness, client)
    const statuses = [tokens.refresh_token, code, client.id, tokens.access_token].map((token) => mcpStatus(harness, token))
    expect(await Promise.all(statuses)).toEqual([401, 401, 401, 200])
  })
})

test.each([
  'https://other.example/mcp',
  'https://mcp.example.test.evil.example/mcp',
  'https://mcp.example.test@evil.example/mcp',
  'https://mcp.example.test/mcp/../other',
  'https://mcp.example.test/mcp?x',
  'https://mcp.example.test/mcp#x',
  'https://mcp.example.test:8443/mcp',
  'http://mcp.example.test/mcp',
  'mcp.example.test/mcp',
])('no token is issued for %s', async (resource) => {
  const harness = await createHarness()
  const client = await harness.registerClient({ redirect_uris: ['http://127.0.0.1/callback'] })
  const begun = await harness.fetch(new Request(client.authorizeUrl({ resource })))
  expect(new URL(begun.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_target')
  const { client: other, tokens } = await harness.signIn({ login: 'alice' })
  expect(await readError(await other.refresh(tokens.refresh_token, { resource }))).toEqual([400, 'invalid_target'])
})
