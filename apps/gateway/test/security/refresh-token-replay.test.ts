import { describe, expect, test } from 'vitest'
import { createHarness, type Harness, type SignedIn } from '../harness.ts'
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
    expect(refreshesOf(harness)).toEqual([
      { level: 'info', address: undefined, repeated: undefined, otherAddress: undefined },
      { level: 'info', address: undefined, repeated: true, otherAddress: false },
    ])
  })

  test('that a thief uses within the grace is seen, with the address, and once however often', async () => {
    const harness = await createHarness()
    const signedIn = await harness.signIn({ login: 'alice' })
    for (const address of ['192.0.2.1', '192.0.2.1', '203.0.113.9', '203.0.113.9', '192.0.2.1']) {
      expect(await refreshFrom(harness, signedIn, address)).toBe(200)
    }
    expect(refreshesOf(harness)).toEqual([
      { level: 'info', address: '192.0.2.1', repeated: undefined, otherAddress: undefined },
      { level: 'info', address: '192.0.2.1', repeated: true, otherAddress: false },
      { level: 'warn', address: '203.0.113.9', repeated: true, otherAddress: true },
    ])
    await harness.settled()
    const kept = await harness.store.auditEvents.listNewest({ types: ['tokens_refreshed'] }, 10)
    expect(kept.map(({ address, details }) => [address, details?.['otherAddress']])).toEqual([
      ['192.0.2.1', undefined],
      ['192.0.2.1', false],
      ['203.0.113.9', true],
    ])
  })

  test('of a client that has a network of addresses at home is no alarm', async () => {
    const harness = await createHarness()
    const signedIn = await harness.signIn({ login: 'alice' })
    for (const address of ['2001:db8:1:2::a', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::b']) await refreshFrom(harness, signedIn, address)
    expect(refreshesOf(harness)).toMatchObject([{ level: 'info' }, { level: 'info', otherAddress: false }])
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

async function refreshFrom({ fetch }: Harness, { client, tokens }: SignedIn, address: string): Promise<number> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: client.id, refresh_token: tokens.refresh_token })
  const answer = await fetch(new Request('https://mcp.example.test/oauth/token', { method: 'POST', body }), { address })
  return answer.status
}

function refreshesOf({ log }: Harness) {
  return log.events
    .filter(({ event }) => event === 'tokens_refreshed')
    .map(({ level, fields: { address, repeated, otherAddress } }) => ({ level, address, repeated, otherAddress }))
}
