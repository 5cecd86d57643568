import { changeAnswer, errorPage, type Interception, tokenError } from '@fjmcp-broker/testkit/forgejo/interceptions'
import { describe, expect, test } from 'vitest'
import { type Store, StoreFailure } from '../../src/store/store.ts'
import { createHarness, type Harness, type HarnessOptions } from '../harness.ts'

const asked = 'read:user write:issue'
const environment = { FJMCP_BROKER_FORGEJO_SCOPES: asked }

/** Alice signs in where she allowed the broker these scopes once before; without any she is asked now. */
async function signInWithOldGrant(scope?: string, options: HarnessOptions = {}) {
  const harness = await createHarness({ environment, ...options })
  if (scope !== undefined) harness.forgejo.signInForTest('alice', { scope })
  return { harness, ...(await signIn(harness)) }
}

async function signIn(harness: Harness) {
  const signedIn = await harness.signIn({ login: 'alice' })
  await harness.settled()
  return signedIn
}

function eventsOf({ log }: Harness) {
  return log.events.filter(({ event }) => /scopes/.test(event))
}

function scopesOf({ store }: Harness, userId: string) {
  return store.credentials.find(userId).then((credential) => credential?.forgejoScopes)
}

test('a grant for what is asked is kept beside the tokens, and nothing is said', async () => {
  const { harness, userId } = await signInWithOldGrant()
  expect(await scopesOf(harness, userId)).toEqual(['read:user', 'write:issue'])
  expect(eventsOf(harness)).toEqual([])
})

test.each([
  ['all', ['all']],
  ['read:user write:issue write:admin', ['write:admin']],
  ['openid profile', ['all']],
  ['', ['all']],
])('an old grant that is too wide, %j, is reported with the remedy and recorded, and the sign-in goes on', async (scope, extra) => {
  const { harness, userId } = await signInWithOldGrant(scope)
  expect(eventsOf(harness)).toEqual([
    {
      level: 'warn',
      event: 'credential_scopes_too_wide',
      fields: expect.objectContaining({ audit: true, userId, extra, remedy: expect.stringContaining('Settings > Applications') }),
    },
  ])
  expect(await scopesOf(harness, userId)).toEqual(scope.split(' ').filter((name) => name !== ''))
})

test('an old grant that is too narrow is reported with the remedy, and the sign-in goes on', async () => {
  const { harness, userId } = await signInWithOldGrant('read:user')
  expect(eventsOf(harness)).toEqual([
    {
      level: 'warn',
      event: 'forgejo_scopes_too_narrow',
      fields: { userId, login: 'alice', missing: ['write:issue'], remedy: expect.stringContaining('signs in again') },
    },
  ])
})

test('the remedy helps: revoked at Forgejo and signed in again, nothing is said any more', async () => {
  const { harness, userId } = await signInWithOldGrant('all')
  harness.forgejo.revokeGrant('alice')
  await signIn(harness)
  expect(eventsOf(harness)).toHaveLength(1)
  expect(await scopesOf(harness, userId)).toEqual(['read:user', 'write:issue'])
})

test('what is known of a grant outlives a refresh, and not the next sign-in', async () => {
  const { harness, userId } = await signInWithOldGrant()
  harness.runner.rejectCredential({ userId, generation: 1 })
  await harness.settled()
  expect(await harness.store.credentials.find(userId)).toMatchObject({ generation: 2, forgejoScopes: ['read:user', 'write:issue'] })
  harness.forgejo.intercept('/login/oauth/introspect', errorPage(502))
  await signIn(harness)
  expect(await scopesOf(harness, userId)).toBeUndefined()
})

describe('a sign-in does not need the answer', () => {
  const failures: readonly (readonly [string, Interception])[] = [
    ['missing, as in another program', errorPage(404)],
    ['out', errorPage(502)],
    ['a page', errorPage(200)],
    ['refused', tokenError('invalid_client', 'who are you')],
    ['of a token that is not active', changeAnswer({ active: false })],
    ['of another form', changeAnswer({ active: 'perhaps' })],
  ]
  test.each(failures)('introspection is %s', async (_, interception) => {
    const harness = await createHarness({ environment })
    harness.forgejo.intercept('/login/oauth/introspect', interception)
    const { userId } = await signIn(harness)
    expect(eventsOf(harness)).toEqual([
      { level: 'warn', event: 'forgejo_scopes_not_learnt', fields: { userId, reason: expect.any(String), detail: expect.any(String) } },
    ])
    expect(await harness.store.credentials.find(userId)).toMatchObject({ state: 'live', generation: 1 })
  })

  test('introspection is silent', async () => {
    const harness = await createHarness({ environment })
    harness.forgejo.setOutage('silent', '/login/oauth/introspect')
    const { userId } = await harness.signIn({ login: 'alice' })
    expect(await scopesOf(harness, userId)).toBeUndefined()
    harness.forgejo.setOutage('none')
    await harness.settled()
    expect(await scopesOf(harness, userId)).toEqual(['read:user', 'write:issue'])
  })

  test('the store does not take it', async () => {
    const wrapStore = (store: Store): Store => ({
      ...store,
      credentials: { ...store.credentials, noteScopes: () => Promise.reject(new StoreFailure('full')) },
    })
    const { harness, userId } = await signInWithOldGrant('all', { wrapStore })
    expect(eventsOf(harness).map(({ event }) => event)).toEqual(['credential_scopes_too_wide', 'forgejo_scopes_check_failed'])
    expect(await harness.store.credentials.find(userId)).toMatchObject({ state: 'live' })
  })
})
