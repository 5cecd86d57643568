import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'

test.each(['access_token', 'refresh_token'] as const)('the %s of another client is refused, and nothing ends', async (kind) => {
  const harness = await createHarness()
  const { client, tokens } = await harness.signIn({ login: 'alice' })
  const thief = await harness.registerClient()
  const body = new URLSearchParams({ client_id: thief.id, token: tokens[kind] })
  const reply = await harness.fetch(new Request('https://mcp.example.test/oauth/revoke', { method: 'POST', body }))
  expect([reply.status, await reply.json()]).toMatchObject([400, { error: 'invalid_grant' }])
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
})
