import type { Page } from '@fjmcp-broker/testkit/browser'
import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { expect, test } from 'vitest'
import { createHarness, type Harness } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'

/** Signs in with a password that the harness does not know, as far as that gets. */
async function signInAs(harness: Harness, login: string, password: string): Promise<Page> {
  const client = await harness.registerClient()
  const atForgejo = await approve(await openAuthorization(harness.openBrowser(), client), 'read')
  const arrived = await signInWithForgejo(atForgejo, { login, password })
  await harness.settled()
  return arrived
}

async function expectDead(harness: Harness, { userId, tokens }: Awaited<ReturnType<Harness['signIn']>>): Promise<void> {
  harness.runner.rejectCredential({ userId, generation: 1 })
  await harness.settled()
  expect(harness.runner.credentialOf(userId)).toEqual({ userId, generation: 1, accessToken: null })
  expect(await mcpStatus(harness, tokens.access_token)).toBe(401)
}

test('a renamed user is the same one, under the new name from the next sign-in on, and older clients go on', async () => {
  const harness = await createHarness()
  const { userId, tokens, client } = await harness.signIn({ login: 'alice' })
  harness.forgejo.rename('alice', 'alicia')
  expect(await harness.store.accessListing.findUsers(userId)).toMatchObject([{ login: 'alice' }])
  harness.forgejo.expireAccessTokens()
  await harness.runner.renewCredential(userId)
  expect(await harness.runner.renewCredential(userId)).toMatchObject({ generation: 2 })

  expect((await signInAs(harness, 'alicia', 'alice-password')).isOpened).toBe(false)
  expect(await harness.store.accessListing.findUsers(userId)).toMatchObject([{ sub: '1', login: 'alicia' }])
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
})

test('who takes the name of a renamed user is somebody else', async () => {
  const harness = await createHarness()
  const alice = await harness.signIn({ login: 'alice' })
  harness.forgejo.rename('alice', 'alicia')
  harness.forgejo.rename('bob', 'alice')
  await signInAs(harness, 'alice', 'bob-password')
  expect(await harness.store.accessListing.findUsers(alice.userId)).toMatchObject([{ sub: '1', login: 'alice' }])
  expect(await harness.store.credentials.find(alice.userId)).toMatchObject({ generation: 1 })
})

test('a disabled user keeps the credential, which is renewed as before; a new sign-in ends at Forgejo', async () => {
  const harness = await createHarness()
  const { userId, tokens, client } = await harness.signIn({ login: 'alice' })
  harness.forgejo.disable('alice')
  harness.forgejo.expireAccessTokens()
  await harness.runner.renewCredential(userId)
  expect(await harness.runner.renewCredential(userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)

  const refused = await signInAs(harness, 'alice', 'alice-password')
  expect(refused).toMatchObject({ isOpened: true, html: expect.stringContaining('prohibited from signing in') })

  harness.forgejo.enable('alice')
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
  expect(await harness.store.credentials.find(userId)).toMatchObject({ state: 'live' })
})

test('a user who is disabled between code and token does not get in, and nothing of the others is touched', async () => {
  const harness = await createHarness({ forgejoWaitMs: 2_000 })
  const hold = harness.forgejo.holdTokenEndpoint('request')
  const signingIn = signInAs(harness, 'alice', 'alice-password')
  await hold.reached(1)
  harness.forgejo.disable('alice')
  hold.release()
  const { url } = await signingIn
  expect(new URL(url).searchParams.get('error')).toBe('temporarily_unavailable')
  expect(harness.log.events).toContainEqual(expect.objectContaining({ level: 'error', event: 'credential_lost' }))
})

test('a deleted user’s clients are told to sign in again', async () => {
  const harness = await createHarness()
  const alice = await harness.signIn({ login: 'alice' })
  harness.forgejo.remove('alice')
  await expectDead(harness, alice)
  expect(await (await alice.client.refresh(alice.tokens.refresh_token)).json()).toMatchObject({ error: 'invalid_grant' })
  expect(harness.log.events).toContainEqual(
    expect.objectContaining({
      event: 'credential_died',
      fields: expect.objectContaining({ cause: 'invalid_grant: grant does not exist' }),
    }),
  )
})

test('who comes back under the name of a deleted user is another user, and revives nothing of the old one', async () => {
  const harness = await createHarness()
  const former = await harness.signIn({ login: 'alice' })
  harness.forgejo.remove('alice')
  await expectDead(harness, former)
  harness.forgejo.addUser({ login: 'alice', fullName: 'Alice Acker', email: 'acker@example.org', password: 'alice-password' })

  const newcomer = await harness.signIn({ login: 'alice', client: former.client })
  expect(newcomer.userId).not.toBe(former.userId)
  expect(await mcpStatus(harness, newcomer.tokens.access_token)).toBe(200)
  expect(await mcpStatus(harness, former.tokens.access_token)).toBe(401)
  expect((await former.client.refresh(former.tokens.refresh_token)).status).toBe(400)
  expect(await harness.store.credentials.find(former.userId)).toMatchObject({ state: 'dead' })
})
