import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import type { Page } from '@fjmcp-broker/testkit/browser'
import { describe, expect, test } from 'vitest'
import { type Store, StoreFailure } from '../src/store/store.ts'
import type { Forgejo } from '../src/upstream/forgejo.ts'
import { createHarness, type Harness, type SignedIn } from './harness.ts'
import { mcpStatus } from './oauth/mcp-status.ts'
import { approve, openAuthorization } from './oauth/sign-in.ts'

/** Signs alice in for another client, as far as she gets. */
async function signInAgain(harness: Harness): Promise<Page> {
  const client = await harness.registerClient()
  const atForgejo = await approve(await openAuthorization(harness.openBrowser(), client), 'read')
  return signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password' })
}

/** The client that was there before works on when its Forgejo tokens have run out, which shows that the stored ones are not void. */
async function expectRenewable(harness: Harness, { userId, tokens, client }: SignedIn): Promise<void> {
  harness.forgejo.expireAccessTokens()
  const { generation } = await harness.runner.renewCredential(userId)
  const renewed = await harness.runner.renewCredential(userId)
  expect(renewed).toEqual({ userId, generation: generation + 1, accessToken: expect.any(String) })
  expect(await harness.store.credentials.find(userId)).toMatchObject({ state: 'live' })
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
}

function errorOf({ url }: Page): string | null {
  return new URL(url).searchParams.get('error')
}

function grantsOf({ log }: Harness): number {
  return log.events.filter(({ event }) => event === 'consent_given').length
}

function withUpsert(upsert: (store: Store) => Store['users']['upsert']): (store: Store) => Store {
  return (store) => ({ ...store, users: { ...store.users, upsert: upsert(store) } })
}

describe('a second sign-in leaves the first client its credential', () => {
  test('when Forgejo’s token reply comes after the browser was sent away', async () => {
    const harness = await createHarness({ forgejoWaitMs: 1_000 })
    const first = await harness.signIn({ login: 'alice' })
    const hold = harness.forgejo.holdTokenEndpoint('answer')
    expect(errorOf(await signInAgain(harness))).toBe('temporarily_unavailable')
    hold.release()
    await harness.settled()
    await expectRenewable(harness, first)
    expect(grantsOf(harness)).toBe(1)
  })

  test('when Forgejo says who it is only after the browser was sent away', async () => {
    const told = Promise.withResolvers<void>()
    let isSlow = false
    const wrapForgejo = (forgejo: Forgejo): Forgejo => ({
      ...forgejo,
      async identify(accessToken) {
        if (isSlow) await told.promise
        return forgejo.identify(accessToken)
      },
    })
    const harness = await createHarness({ forgejoWaitMs: 1_000, wrapForgejo })
    const first = await harness.signIn({ login: 'alice' })
    isSlow = true
    expect(errorOf(await signInAgain(harness))).toBe('temporarily_unavailable')
    told.resolve()
    await harness.settled()
    await expectRenewable(harness, first)
    expect(grantsOf(harness)).toBe(1)
  })

  test('and ends well when Forgejo says who it is at the third question', async () => {
    let failures = 0
    const wrapForgejo = (forgejo: Forgejo): Forgejo => ({
      ...forgejo,
      identify: async (accessToken) =>
        failures-- > 0 ? { ok: false, error: { reason: 'unavailable', detail: 'status 503' } } : forgejo.identify(accessToken),
    })
    const harness = await createHarness({ wrapForgejo })
    const first = await harness.signIn({ login: 'alice' })
    failures = 2
    expect(errorOf(await signInAgain(harness))).toBeNull()
    await expectRenewable(harness, first)
  })

  test('and ends well when the store takes it at the third time', async () => {
    let failures = 0
    const wrapStore = withUpsert(
      (store) => (user) => (failures-- > 0 ? Promise.reject(new StoreFailure('full')) : store.users.upsert(user)),
    )
    const harness = await createHarness({ wrapStore })
    const first = await harness.signIn({ login: 'alice' })
    failures = 2
    expect(errorOf(await signInAgain(harness))).toBeNull()
    await expectRenewable(harness, first)
  })

  test('when a sign-in before it is stored only after it', async () => {
    const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let isHeld = false
    const wrapStore = withUpsert((store) => async (user) => {
      if (isHeld) {
        isHeld = false
        reached.resolve()
        await goOn.promise
      }
      return store.users.upsert(user)
    })
    const harness = await createHarness({ wrapStore })
    const first = await harness.signIn({ login: 'alice' })
    isHeld = true
    const slow = signInAgain(harness)
    await reached.promise
    expect(errorOf(await signInAgain(harness))).toBeNull()
    goOn.resolve()
    expect(errorOf(await slow)).toBeNull()
    await expectRenewable(harness, first)
  })
})

describe('a store that fails for good', () => {
  test('ends the sign-in with a page that says so, and a log that names the loss', async () => {
    const harness = await createHarness({ wrapStore: withUpsert(() => () => Promise.reject(new StoreFailure('full'))) })
    const page = await signInAgain(harness)
    expect(page.status).toBe(503)
    expect(page.html).toContain('This sign-in is over')
    expect(page.html).toContain('connect again')
    expect(harness.log.events).toContainEqual(expect.objectContaining({ level: 'error', event: 'credential_lost' }))
  })

  test('ends it in the same way when only the grant cannot be stored, and keeps the credential', async () => {
    let isFull = false
    const wrapStore = (store: Store): Store => ({
      ...store,
      grants: {
        ...store.grants,
        consent: (consent) => (isFull ? Promise.reject(new StoreFailure('full')) : store.grants.consent(consent)),
      },
    })
    const harness = await createHarness({ wrapStore })
    const first = await harness.signIn({ login: 'alice' })
    isFull = true
    const page = await signInAgain(harness)
    expect(page.status).toBe(503)
    expect(page.html).toContain('This sign-in is over')
    await expectRenewable(harness, first)
  })
})

test('a client that is purged while its first user is at Forgejo is to be connected anew, and no database is blamed', async () => {
  const harness: Harness = await createHarness({
    wrapForgejo: (forgejo) => ({
      ...forgejo,
      async exchangeCode(code) {
        await harness.store.purge(harness.clock.nowMs)
        return forgejo.exchangeCode(code)
      },
    }),
  })
  const client = await harness.registerClient()
  harness.clock.nowMs += 30 * 24 * 60 * 60_000
  const atForgejo = await approve(await openAuthorization(harness.openBrowser(), client), 'read')
  const page = await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password' })
  expect([page.status, page.html]).toEqual([400, expect.stringContaining('it will register anew')])
  expect(harness.log.events.filter(({ event }) => event === 'sign_in_not_stored')).toEqual([])
})
