import {
  breakConnection,
  changeAnswer,
  errorPage,
  type Interception,
  loseAnswer,
  tokenError,
} from '@fjmcp-broker/testkit/forgejo/interceptions'
import { describe, expect, test } from 'vitest'
import { createHarness, type Harness } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'

const tokenPath = '/login/oauth/access_token'

/** Alice is signed in, Forgejo has refused her access token, and the refresh goes as the interceptions want it. */
async function refreshOnce(...interceptions: readonly Interception[]) {
  const harness = await createHarness()
  const signedIn = await harness.signIn({ login: 'alice' })
  await harness.settled()
  harness.forgejo.expireAccessTokens()
  for (const interception of interceptions) harness.forgejo.intercept(tokenPath, interception)
  await reject(harness, signedIn.userId)
  return { harness, ...signedIn }
}

async function reject({ runner, settled }: Harness, userId: string, generation = 1): Promise<void> {
  runner.rejectCredential({ userId, generation })
  await settled()
}

type Refreshed = Awaited<ReturnType<typeof refreshOnce>>

async function expectKept({ harness, userId, tokens, client }: Refreshed): Promise<void> {
  expect(await harness.store.credentials.find(userId)).toMatchObject({ generation: 1, state: 'live' })
  expect(harness.runner.credentialOf(userId)?.accessToken).not.toBeNull()
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
}

async function expectRenewedNextTime({ harness, userId }: Refreshed): Promise<void> {
  await reject(harness, userId)
  expect(harness.runner.credentialOf(userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
}

/** What the log and the audit say of the end of credentials. */
function deathsIn({ log }: Harness) {
  return log.events.filter(({ event }) => event === 'credential_died').map(({ level, fields }) => [level, fields['audit'], fields['cause']])
}

/** The client is told, its refresh token is not used up, and the next sign-in is good for it as well. */
async function expectDead({ harness, userId, tokens, client }: Refreshed): Promise<void> {
  expect(harness.runner.credentialOf(userId)).toEqual({ userId, generation: 1, accessToken: null })
  expect(await mcpStatus(harness, tokens.access_token)).toBe(401)
  const refused = await client.refresh(tokens.refresh_token)
  expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })])
  await harness.signIn({ login: 'alice' })
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
}

describe('a refresh that is the operator’s to mend keeps the credential, with advice in the log', () => {
  test.each([
    ['unknown client', tokenError('invalid_client', 'cannot load client with client id: "broker"')],
    ['wrong secret', tokenError('invalid_client', 'invalid client secret')],
    ['empty secret', tokenError('invalid_client', 'invalid empty client secret')],
    ['wrong secret, said as at the exchange of codes', tokenError('unauthorized_client', 'invalid client secret')],
  ])('%s', async (_, interception) => {
    const refreshed = await refreshOnce(interception)
    await expectKept(refreshed)
    expect(refreshed.harness.log.events).toContainEqual({
      level: 'error',
      event: 'credential_not_renewed',
      fields: expect.objectContaining({ reason: 'client_refused', advice: expect.stringContaining('FORGEJO_OAUTH_CLIENT_SECRET') }),
    })
    await expectRenewedNextTime(refreshed)
  })
})

describe('a refresh token that is of no use any more has the user sign in again', () => {
  test.each([
    [
      'malformed or expired',
      tokenError('unauthorized_client', 'unable to parse refresh token'),
      'unauthorized_client: unable to parse refresh token',
    ],
    ['used before', tokenError('unauthorized_client', 'token was already used'), 'unauthorized_client: token was already used'],
    [
      'no refresh token',
      tokenError('unauthorized_client', 'token is not a refresh token'),
      'unauthorized_client: token is not a refresh token',
    ],
    [
      'of another client',
      tokenError('invalid_grant', 'refresh token was not issued to this client'),
      'invalid_grant: refresh token was not issued to this client',
    ],
    ['of a grant that was revoked', tokenError('invalid_grant', 'grant does not exist'), 'invalid_grant: grant does not exist'],
  ])('%s', async (_, interception, cause) => {
    const refreshed = await refreshOnce(interception)
    expect(deathsIn(refreshed.harness)).toEqual([['warn', true, cause]])
    await expectDead(refreshed)
  })

  test('not used for a month', async () => {
    const harness = await createHarness()
    const signedIn = await harness.signIn({ login: 'alice' })
    harness.clock.nowMs += 730 * 3_600_000
    await reject(harness, signedIn.userId)
    expect(harness.runner.credentialOf(signedIn.userId)).toEqual({ userId: signedIn.userId, generation: 1, accessToken: null })
    const refused = await signedIn.client.refresh(signedIn.tokens.refresh_token)
    expect(await refused.json()).toMatchObject({ error: 'invalid_grant' })
  })

  test('of a grant that the user really revoked', async () => {
    const harness = await createHarness()
    const signedIn = await harness.signIn({ login: 'alice' })
    harness.forgejo.revokeGrant('alice')
    await reject(harness, signedIn.userId)
    expect(deathsIn(harness)).toEqual([['warn', true, 'invalid_grant: grant does not exist']])
    await expectDead({ harness, ...signedIn })
  })
})

describe('a refresh that lost a race is tried again, once', () => {
  const lostRace = tokenError('invalid_grant', 'cannot increase the grant counter')

  test('and brings new tokens', async () => {
    const { harness, userId } = await refreshOnce(lostRace)
    expect(harness.runner.credentialOf(userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
    expect(harness.log.events).not.toContainEqual(expect.objectContaining({ event: 'credential_not_renewed' }))
  })

  test('and not over and over: the credential is kept', async () => {
    const refreshed = await refreshOnce(lostRace, lostRace)
    await expectKept(refreshed)
    expect(refreshed.harness.forgejo.journal.refreshes.asked).toBe(0)
    await expectRenewedNextTime(refreshed)
  })

  test('and is over where the winner has used the token up', async () => {
    const refreshed = await refreshOnce(lostRace, tokenError('unauthorized_client', 'token was already used'))
    expect(deathsIn(refreshed.harness)).toEqual([['warn', true, 'unauthorized_client: token was already used']])
    await expectDead(refreshed)
  })
})

describe('a refresh that Forgejo cannot answer now keeps the credential, for the next time', () => {
  test.each([
    ['500', errorPage(500)],
    ['502 of a proxy', errorPage(502)],
    ['503', errorPage(503)],
    ['504', errorPage(504)],
    ['429', errorPage(429)],
    ['connection broken before Forgejo knows of it', breakConnection],
    ['error of Forgejo’s own', tokenError('invalid_request', 'cannot sign token')],
  ])('%s', async (_, interception) => {
    const refreshed = await refreshOnce(interception)
    await expectKept(refreshed)
    expect(refreshed.harness.log.events).toContainEqual({
      level: 'warn',
      event: 'credential_not_renewed',
      fields: expect.objectContaining({ reason: 'unavailable' }),
    })
    await expectRenewedNextTime(refreshed)
  })

  test.each([
    ['error page with status 200', errorPage(200)],
    ['error page with status 400', errorPage(400)],
    ['404 of another program', errorPage(404)],
    ['redirect', errorPage(307, { location: 'https://elsewhere.example/' })],
    ['error code that nobody knows', tokenError('come_again', 'on Monday')],
    ['unauthorized_client of an unknown kind', tokenError('unauthorized_client', 'you look tired')],
  ])('%s: loudly, since it may not pass by itself', async (_, interception) => {
    const refreshed = await refreshOnce(interception)
    await expectKept(refreshed)
    expect(refreshed.harness.log.events).toContainEqual({
      level: 'error',
      event: 'credential_not_renewed',
      fields: expect.objectContaining({ reason: 'not_understood', advice: expect.stringContaining('FORGEJO_URL') }),
    })
    await expectRenewedNextTime(refreshed)
  })

  test('and tries again by itself first, so that nobody notices what passes soon', async () => {
    const harness = await createHarness({ refreshRetryDelaysMs: [0, 0, 0] })
    const { userId } = await harness.signIn({ login: 'alice' })
    harness.forgejo.intercept(tokenPath, breakConnection, 3)
    await reject(harness, userId)
    expect(harness.runner.credentialOf(userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
    expect(harness.log.events).not.toContainEqual(expect.objectContaining({ event: 'credential_not_renewed' }))
  })

  test.each([
    ['what does not pass by itself', tokenError('invalid_client', 'invalid client secret')],
    ['a Forgejo that asked to be left alone', errorPage(503, { 'retry-after': '1' })],
  ])('and does not ask again by itself after %s', async (_, interception) => {
    const harness = await createHarness({ refreshRetryDelaysMs: [0, 0, 0] })
    const { userId } = await harness.signIn({ login: 'alice' })
    harness.forgejo.intercept(tokenPath, interception)
    await reject(harness, userId)
    expect(harness.forgejo.journal.refreshes.asked).toBe(0)
    expect(await harness.store.credentials.find(userId)).toMatchObject({ generation: 1, state: 'live' })
  })

  test.each([429, 503])('%d with Retry-After: Forgejo is left alone for so long', async (status) => {
    const refreshed = await refreshOnce(errorPage(status, { 'retry-after': '30' }))
    const { harness, userId } = refreshed
    harness.clock.nowMs += 29_999
    await reject(harness, userId)
    expect(harness.forgejo.journal.refreshes.asked).toBe(0)
    await expectKept(refreshed)
    harness.clock.nowMs += 1
    await expectRenewedNextTime(refreshed)
  })
})

describe('a refresh that Forgejo did and whose answer is lost', () => {
  test.each([
    ['connection broken within the answer', loseAnswer],
    ['200 without refresh_token', changeAnswer({ refresh_token: undefined })],
    ['200 with a token of another type', changeAnswer({ token_type: 'mac' })],
  ])('has the user sign in again at the next refresh, which finds it out: %s', async (_, interception) => {
    const refreshed = await refreshOnce(interception)
    await expectKept(refreshed)
    await reject(refreshed.harness, refreshed.userId)
    expect((await refreshed.client.refresh(refreshed.tokens.refresh_token)).status).toBe(400)
    expect(deathsIn(refreshed.harness)).toEqual([['warn', true, 'unauthorized_client: token was already used']])
  })

  test('is not lost where it only comes late', async () => {
    const harness = await createHarness()
    const { userId } = await harness.signIn({ login: 'alice' })
    const hold = harness.forgejo.holdTokenEndpoint('answer')
    harness.runner.rejectCredential({ userId, generation: 1 })
    await hold.reached(1)
    harness.clock.nowMs += 240_000
    hold.release()
    await harness.settled()
    expect(await harness.store.credentials.find(userId)).toMatchObject({ generation: 2, state: 'live' })
  })
})

describe('tokens of an odd lifetime are taken, since the older ones are void', () => {
  test.each([
    ['missing', undefined],
    ['zero', 0],
    ['negative', -3_600],
    ['absurd', 1e15],
  ])('expires_in %s', async (_, expires_in) => {
    const { harness, userId } = await refreshOnce(changeAnswer({ expires_in }))
    expect(harness.runner.credentialOf(userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
    await reject(harness, userId, 2)
    expect(harness.runner.credentialOf(userId)).toMatchObject({ generation: 3 })
  })
})
