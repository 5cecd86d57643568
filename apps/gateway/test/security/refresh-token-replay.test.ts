import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import type { TokenReply } from '../oauth/oauth-client.ts'
import { findWinner, readError } from '../oauth/token-answers.ts'

describe('a refresh token', () => {
  test('gives 50 uses at the same time one and the same successor', async () => {
    const harness = await createHarness()
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    const replies = await Promise.all(Array.from({ length: 50 }, () => client.refresh(tokens.refresh_token)))
    const bodies = await Promise.all(replies.map(async (reply) => [reply.status, await reply.json()]))
    for (const body of bodies) expect(body).toEqual([200, (bodies[0] ?? [])[1]])
    expect(harness.log.events.filter(({ event }) => event === 'tokens_refreshed')).toHaveLength(1)
  })

  test('that is used after the grace ends all tokens that came of it, at once, and those of no other sign-in', async () => {
    const harness = await createHarness()
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    const other = await harness.signIn({ login: 'alice' })
    const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
    expect(await mcpStatus(harness, renewed.access_token)).toBe(200)
    harness.clock.nowMs += 30_000
    expect(await readError(await client.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    expect(await readError(await client.refresh(renewed.refresh_token))).toEqual([400, 'invalid_grant'])
    for (const { access_token } of [tokens, renewed]) expect(await mcpStatus(harness, access_token)).toBe(401)
    expect(await mcpStatus(harness, other.tokens.access_token)).toBe(200)
    const reused = harness.log.events.filter(({ event }) => event === 'refresh_token_reused')
    expect(reused).toMatchObject([{ level: 'warn', fields: { clientId: client.id } }])
  })

  test('of another client ends nothing, however often it is tried', async () => {
    const harness = await createHarness()
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    const thief = await harness.registerClient()
    await client.refresh(tokens.refresh_token)
    harness.clock.nowMs += 60_000
    expect(await readError(await thief.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
  })

  test('serves exactly one of 50 uses at the same time where there is no grace, and nothing is revoked', async () => {
    const harness = await createHarness({ environment: { FJMCP_BROKER_REFRESH_GRACE_SECONDS: '0' } })
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    const replies = await Promise.all(Array.from({ length: 50 }, () => client.refresh(tokens.refresh_token)))
    const renewed = await findWinner(replies)
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
    expect(await mcpStatus(harness, renewed.access_token)).toBe(200)
    expect((await client.refresh(renewed.refresh_token)).status).toBe(200)
  })

  test('is refused from another client', async () => {
    const { signIn, registerClient } = await createHarness()
    const { tokens } = await signIn({ login: 'alice' })
    const thief = await registerClient()
    expect(await readError(await thief.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant'])
  })
})
