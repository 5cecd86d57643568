import { describe, expect, test } from 'vitest'
import { type Store, StoreFailure } from '../src/store/store.ts'
import { createHarness, type Harness } from './harness.ts'
import { mcpStatus } from './oauth/mcp-status.ts'

const generations = Array.from({ length: 50 }, () => 1)

/** A user whose first generation was refused by Forgejo. */
async function signInAndExpire(harness: Harness) {
  const signedIn = await harness.signIn({ login: 'alice' })
  harness.forgejo.expireAccessTokens()
  return signedIn
}

function rejectAll({ runner }: Harness, userId: string): void {
  for (const generation of generations) runner.rejectCredential({ userId, generation })
}

describe('a runner that asks', () => {
  test('gets what the store has when it holds nothing', async () => {
    const { signIn, runner, forgejo } = await createHarness()
    const { userId } = await signIn({ login: 'alice' })
    expect(await runner.renewCredential(userId)).toEqual({ userId, generation: 1, accessToken: expect.any(String) })
    expect(forgejo.journal.refreshes.asked).toBe(0)
  })

  test('gets a fresh token for one that was refused', async () => {
    const { signIn, runner, store } = await createHarness()
    const { userId } = await signIn({ login: 'alice' })
    const first = await runner.renewCredential(userId)
    const second = await runner.renewCredential(userId)
    expect(second.generation).toBe(2)
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(await store.credentials.find(userId)).toMatchObject({ generation: 2, accessToken: second.accessToken, state: 'live' })
  })

  test('gets no token that is about to run out', async () => {
    const { signIn, runner, clock, forgejo } = await createHarness()
    const { userId } = await signIn({ login: 'alice' })
    clock.nowMs += 3_600_000 - 30_000
    expect(await runner.renewCredential(userId)).toMatchObject({ generation: 2 })
    expect(forgejo.journal.refreshes.asked).toBe(1)
  })

  test('gets one that is about to run out when Forgejo cannot renew it now', async () => {
    const { signIn, runner, clock, forgejo } = await createHarness()
    const { userId } = await signIn({ login: 'alice' })
    clock.nowMs += 3_600_000 - 30_000
    forgejo.setOutage('down', '/login/oauth/')
    expect(await runner.renewCredential(userId)).toMatchObject({ generation: 1, accessToken: expect.any(String) })
  })

  test('is told at once of a user who is not known', async () => {
    const { runner } = await createHarness()
    expect(await runner.renewCredential('usr_unknown')).toEqual({ userId: 'usr_unknown', generation: 0, accessToken: null })
  })

  test('causes one refresh by 50 rejections at once and 50 late ones', async () => {
    const harness = await createHarness()
    const { userId } = await signInAndExpire(harness)
    rejectAll(harness, userId)
    await harness.settled()
    rejectAll(harness, userId)
    await harness.settled()
    expect(harness.forgejo.journal.refreshes).toEqual({ asked: 1, succeeded: 1 })
    expect(harness.runner.credentialOf(userId)).toMatchObject({ generation: 2 })
  })

  test('causes one refresh by rejections that come while Forgejo takes its time, whose answer is kept', async () => {
    const harness = await createHarness()
    const { userId } = await signInAndExpire(harness)
    const hold = harness.forgejo.holdTokenEndpoint('answer')
    rejectAll(harness, userId)
    await hold.reached(1)
    rejectAll(harness, userId)
    // Longer than the lease: within the process the refresh under way counts all the same.
    harness.clock.nowMs += 120_000
    rejectAll(harness, userId)
    hold.release()
    await harness.settled()
    expect(harness.forgejo.journal.refreshes).toEqual({ asked: 1, succeeded: 1 })
    expect(await harness.store.credentials.find(userId)).toMatchObject({ generation: 2, state: 'live' })
  })

  test('causes one refresh for each user', async () => {
    const harness = await createHarness()
    const users = [await harness.signIn({ login: 'alice' }), await harness.signIn({ login: 'bob' })]
    harness.forgejo.expireAccessTokens()
    for (const { userId } of users) rejectAll(harness, userId)
    await harness.settled()
    expect(harness.forgejo.journal.refreshes).toEqual({ asked: 2, succeeded: 2 })
    const tokens = users.map(({ userId }) => harness.runner.credentialOf(userId)?.accessToken)
    expect(new Set(tokens).size).toBe(2)
  })
})

describe('a refresh while Forgejo is not well', () => {
  test.each(['down', 'garbage'] as const)('leaves the credential alive when it is %s, and works afterwards', async (outage) => {
    const harness = await createHarness()
    const { userId } = await signInAndExpire(harness)
    harness.forgejo.setOutage(outage, '/login/oauth/')
    rejectAll(harness, userId)
    await harness.settled()
    expect(await harness.store.credentials.find(userId)).toMatchObject({ generation: 1, state: 'live' })
    harness.forgejo.setOutage('none')
    harness.runner.rejectCredential({ userId, generation: 1 })
    await harness.settled()
    expect(harness.runner.credentialOf(userId)).toMatchObject({ generation: 2 })
  })

  test('leaves the credential alive when the broker’s own secret is wrong', async () => {
    const harness = await createHarness()
    const { userId } = await signInAndExpire(harness)
    const fresh = await createHarness({
      environment: { FORGEJO_URL: harness.settings.forgejoUrl, FORGEJO_OAUTH_CLIENT_SECRET: 'wrong' },
      wrapStore: () => harness.store,
    })
    fresh.runner.rejectCredential({ userId, generation: 1 })
    await fresh.settled()
    expect(await harness.store.credentials.find(userId)).toMatchObject({ generation: 1, state: 'live' })
    expect(fresh.log.events).toContainEqual(expect.objectContaining({ level: 'error', event: 'credential_not_renewed' }))
  })
})

describe('a store that fails when refreshed tokens come', () => {
  test('gets them later: they are neither lost nor used before', async () => {
    let isFull = false
    const wrapStore = (store: Store): Store => ({
      ...store,
      credentials: {
        ...store.credentials,
        renew: (renewal) => (isFull ? Promise.reject(new StoreFailure('full')) : store.credentials.renew(renewal)),
      },
    })
    const harness = await createHarness({ wrapStore })
    const { userId } = await signInAndExpire(harness)
    isFull = true
    rejectAll(harness, userId)
    await harness.settled()
    expect(harness.runner.credentialOf(userId)).toBeUndefined()
    isFull = false
    harness.runner.rejectCredential({ userId, generation: 1 })
    await harness.settled()
    expect(harness.runner.credentialOf(userId)).toMatchObject({ generation: 2 })
    expect(harness.forgejo.journal.refreshes).toEqual({ asked: 1, succeeded: 1 })
  })
})

describe('a dead credential', () => {
  test('is pushed as such, stops the access token at once and spares the refresh token', async () => {
    const harness = await createHarness()
    const { client, tokens, userId } = await harness.signIn({ login: 'alice' })
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
    harness.forgejo.revokeGrant('alice')
    harness.runner.rejectCredential({ userId, generation: 1 })
    await harness.settled()
    expect(harness.runner.credentialOf(userId)).toEqual({ userId, generation: 1, accessToken: null })
    expect(await mcpStatus(harness, tokens.access_token)).toBe(401)

    const refused = await client.refresh(tokens.refresh_token)
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: 'invalid_grant', error_description: expect.stringContaining('sign in again') },
    ])

    await harness.signIn({ login: 'alice', client })
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
    expect(await harness.runner.renewCredential(userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
  })

  test('is found dead once, by 50 rejections', async () => {
    const harness = await createHarness()
    const { userId } = await harness.signIn({ login: 'alice' })
    harness.forgejo.revokeGrant('alice')
    rejectAll(harness, userId)
    await harness.settled()
    expect(harness.forgejo.journal.refreshes.asked).toBe(1)
    expect(harness.log.events.filter(({ event }) => event === 'credential_died')).toHaveLength(1)
  })

  test('is not taken for dead when a sign-in replaced it while it was refreshed', async () => {
    const harness = await createHarness()
    const { userId } = await signInAndExpire(harness)
    const hold = harness.forgejo.holdTokenEndpoint('request')
    harness.runner.rejectCredential({ userId, generation: 1 })
    await hold.reached(1)
    const { access_token: accessToken, refresh_token: refreshToken } = harness.forgejo.signInForTest('alice')
    const tokens = { accessToken, refreshToken, accessExpiresAtMs: harness.clock.nowMs + 3_600_000 }
    await harness.store.credentials.replace({ userId, tokens, nowMs: harness.clock.nowMs })
    hold.release()
    await harness.settled()
    expect(harness.runner.credentialOf(userId)).toEqual({ userId, generation: 2, accessToken })
    expect(await harness.store.credentials.find(userId)).toMatchObject({ state: 'live' })
  })
})
