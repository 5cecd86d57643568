import { describe, expect, test } from 'vitest'
import { createHarness, type Harness } from './harness.ts'
import { mcpStatus } from './oauth/mcp-status.ts'

const form = 'application/x-www-form-urlencoded'

describe('revocation', () => {
  test.each(['access_token', 'refresh_token'] as const)(
    'of the %s ends both with the next request, and those of no other sign-in',
    async (kind) => {
      const harness = await createHarness()
      const { client, tokens } = await harness.signIn({ login: 'alice' })
      const other = await harness.signIn({ login: 'alice' })
      expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
      const reply = await revoke(harness, { client_id: client.id, token: tokens[kind] })
      expect([reply.status, await reply.text(), reply.headers.get('cache-control')]).toEqual([200, '', 'no-store'])
      expect(await mcpStatus(harness, tokens.access_token)).toBe(401)
      expect((await client.refresh(tokens.refresh_token)).status).toBe(400)
      expect(await mcpStatus(harness, other.tokens.access_token)).toBe(200)
    },
  )

  test('is done already for what was never issued, or has ended', async () => {
    const harness = await createHarness()
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    for (const token of [tokens.refresh_token, tokens.refresh_token, 'x', `fjb_at_${'a'.repeat(43)}`]) {
      expect((await revoke(harness, { client_id: client.id, token })).status).toBe(200)
    }
  })

  test.each([
    ['an unknown client', { client_id: 'cli_00000000000000000000000000', token: 'x' }, [401, 'invalid_client']],
    ['no client', { token: 'x' }, [400, 'invalid_request']],
    ['no token', { client_id: 'cli_00000000000000000000000000' }, [400, 'invalid_request']],
  ])('is refused with %s', async (_, parameters, expected) => {
    const reply = await revoke(await createHarness(), parameters)
    expect([reply.status, ((await reply.json()) as { readonly error: string }).error]).toEqual(expected)
  })

  test('is named in the metadata', async () => {
    const { fetch } = await createHarness()
    const metadata = await (await fetch(new Request('https://mcp.example.test/.well-known/oauth-authorization-server'))).json()
    expect(metadata).toMatchObject({ revocation_endpoint: 'https://mcp.example.test/oauth/revoke' })
  })
})

async function revoke({ fetch }: Harness, parameters: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams(parameters)
  return fetch(new Request('https://mcp.example.test/oauth/revoke', { method: 'POST', headers: { 'content-type': form }, body }))
}
