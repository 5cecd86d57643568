import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'
import { mcpStatus } from './oauth/mcp-status.ts'
import { getCode } from './oauth/get-code.ts'
import type { TokenReply } from './oauth/oauth-client.ts'
import { authorizeInBrowser } from './oauth/sign-in.ts'
import { readError } from './oauth/token-answers.ts'

const tokenUrl = 'https://mcp.example.test/oauth/token'
const form = 'application/x-www-form-urlencoded'

describe('a code', () => {
  test('gives tokens that work, with an answer that no cache keeps', async () => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    const reply = await client.exchange(await getCode(harness, client))
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(reply.headers.get('access-control-allow-origin')).toBe('*')
    const tokens = (await reply.json()) as TokenReply
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
    expect(await mcpStatus(harness, tokens.refresh_token)).toBe(401)
  })

  test('gives no more than it was issued for, whatever the user allowed since', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const client = await registerClient()
    const [first, second] = [
      await authorizeInBrowser({ browser: openBrowser(), client, login: 'alice', level: 'read' }),
      await authorizeInBrowser({ browser: openBrowser(), client, login: 'alice', level: 'full' }),
    ]
    const scopes = await Promise.all(
      [first, second].map(async (answer) => {
        const reply = await client.exchange(answer.searchParams.get('code') ?? '')
        return ((await reply.json()) as TokenReply).scope
      }),
    )
    expect(scopes).toEqual(['read', 'read write full'])
  })

  test.each(['', 'x', `fjb_ac_${'a'.repeat(43)}`, `fjb_rt_${'a'.repeat(43)}`])('is refused when it was never issued (%j)', async (code) => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    expect((await client.exchange(code)).status).toBe(400)
  })
})

describe('a refresh token', () => {
  test('is exchanged for a successor, once', async () => {
    const { signIn } = await createHarness()
    const { client, tokens } = await signIn({ login: 'alice', level: 'write' })
    const reply = await client.refresh(tokens.refresh_token)
    const renewed = (await reply.json()) as TokenReply
    expect(renewed).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'read write' })
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token)
    expect((await client.refresh(renewed.refresh_token)).status).toBe(200)
  })

  test('gives its successor again within the grace, with what is left of its time', async () => {
    const harness = await createHarness()
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
    harness.clock.nowMs += 29_999
    const again = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
    expect(again).toEqual({ ...renewed, expires_in: 3_571 })
  })

  test.each([
    ['another resource', { resource: 'https://other.example/mcp' }, [400, 'invalid_target']],
    ['a scope beyond the grant', { scope: 'read full' }, [400, 'invalid_scope']],
    ['an unknown client', { client_id: 'cli_00000000000000000000000000' }, [401, 'invalid_client']],
    ['garbage', { refresh_token: 'x'.repeat(10_000) }, [400, 'invalid_grant']],
    ['nothing', { refresh_token: '' }, [400, 'invalid_request']],
  ])('is refused with %s, and not used up by that', async (_, changes, error) => {
    const { signIn } = await createHarness()
    const { client, tokens } = await signIn({ login: 'alice', level: 'write' })
    expect(await readError(await client.refresh(tokens.refresh_token, changes))).toEqual(error)
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
  })

  test('carries a client through an hour, which ends its access token', async () => {
    const harness = await createHarness()
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
    harness.clock.nowMs += 3_600_000
    expect(await mcpStatus(harness, tokens.access_token)).toBe(401)
    const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
    expect(await mcpStatus(harness, renewed.access_token)).toBe(200)
  })

  test('gives no more than what the user allows now', async () => {
    const { signIn } = await createHarness()
    const { client, tokens } = await signIn({ login: 'alice', level: 'full' })
    await signIn({ login: 'alice', level: 'read', client })
    const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
    expect(renewed.scope).toBe('read')
  })

  test('gives no more than it was issued for, whatever the user allowed since', async () => {
    const { signIn } = await createHarness()
    const { client, tokens } = await signIn({ login: 'alice', level: 'read' })
    const { tokens: wider } = await signIn({ login: 'alice', level: 'full', client })
    const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
    expect([renewed.scope, wider.scope]).toEqual(['read', 'read write full'])
    expect((await client.refresh(renewed.refresh_token, { scope: 'full' })).status).toBe(400)
  })
})

describe('the token endpoint', () => {
  test.each([
    ['JSON', { type: 'application/json', body: '{"grant_type":"refresh_token"}' }, 400],
    ['a repeated parameter', { type: form, body: 'grant_type=refresh_token&grant_type=refresh_token' }, 400],
    ['a form over 64 KB', { type: form, body: 'x='.padEnd(65_537, 'x') }, 413],
  ])('refuses %s', async (_, { type, body }, status) => {
    const { fetch } = await createHarness()
    const response = await fetch(new Request(tokenUrl, { method: 'POST', headers: { 'content-type': type }, body }))
    expect(await readError(response)).toEqual([status, 'invalid_request'])
  })

  test('takes POST only, and answers preflights', async () => {
    const { fetch } = await createHarness()
    const refused = await fetch(new Request(tokenUrl))
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    const preflight = await fetch(new Request(tokenUrl, { method: 'OPTIONS', headers: { origin: 'https://app.example' } }))
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'POST,OPTIONS'])
  })
})
