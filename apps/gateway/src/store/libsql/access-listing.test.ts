import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import { makeAccess } from './testing/access.ts'
import { makeClient } from './testing/client.ts'
import { makeGrant } from './testing/grant.ts'

test('shows users with what hangs on them', async () => {
  const { store, alice } = await openWithGrants()
  await store.sessions.touch([{ sessionId: 'ses_alice', atMs: 700 }])
  await store.users.upsert({ sub: '3', login: 'Carol', nowMs: 9 })
  const { rows, next } = await store.accessListing.users({}, { limit: 10 })
  expect(next).toBeUndefined()
  expect(rows.map(({ login }) => login)).toEqual(['Carol', 'user2', 'user1'])
  expect(rows[0]).toMatchObject({ sub: '3', credentialState: 'none', grants: 0, sessions: 0, lastUsedAtMs: null, createdAtMs: 9 })
  expect(rows[2]).toMatchObject({
    id: alice.userId,
    credentialState: 'live',
    forgejoScopes: null,
    grants: 2,
    sessions: 2,
    lastUsedAtMs: 700,
  })
})

test('shows clients by their kind, with what hangs on them', async () => {
  const { store } = await openWithGrants()
  await store.clients.insert(makeClient({ id: 'cli_web', name: 'Web', authMethod: 'client_secret_basic', secretHash: 'h' }))
  await store.clients.insert(makeClient({ id: 'https://app.example/client.json', name: 'App', documentExpiresAtMs: 5 }))
  const { rows } = await store.accessListing.clients({}, { limit: 10 })
  expect(rows.map(({ name, kind, grants, sessions }) => [name, kind, grants, sessions])).toEqual([
    ['App', 'document', 0, 0],
    ['Web', 'with_secret', 0, 0],
    ['Editor', 'registered', 1, 1],
    ['Editor', 'registered', 2, 2],
  ])
  for (const kind of ['document', 'with_secret'] as const) {
    expect((await store.accessListing.clients({ kind }, { limit: 10 })).rows).toMatchObject([{ kind }])
  }
  expect((await store.accessListing.clients({ kind: 'registered' }, { limit: 10 })).rows).toHaveLength(2)
  expect((await store.accessListing.clients({ name: 'eDiT' }, { limit: 10 })).rows).toHaveLength(2)
  expect(await store.accessListing.findClient('cli_web')).toMatchObject({ name: 'Web', redirectUris: ['http://127.0.0.1/callback'] })
  expect(await store.accessListing.findClient('cli_none')).toBeUndefined()
})

test('shows grants with their names, tokens that are good and the last use of a session or refresh token', async () => {
  const { store, alice } = await openWithGrants()
  expect(await store.accessListing.findGrant(alice.id, 10)).toEqual({
    id: alice.id,
    userId: alice.userId,
    userLogin: 'user1',
    clientId: 'cli_editor',
    clientName: 'Editor',
    accessLevel: 'write',
    createdAtMs: 1,
    updatedAtMs: 1,
    sessions: 1,
    tokens: 2,
    lastUsedAtMs: 1,
  })
  const issued = { accessHash: 'access 2', accessExpiresAtMs: 2_000, refreshHash: 'refresh 2', refreshExpiresAtMs: 2_000 }
  await store.tokens.rotate({ refreshHash: 'refresh alice', issued, sealedSuccessors: undefined, nowMs: 800 })
  expect(await store.accessListing.findGrant(alice.id, 1_000)).toMatchObject({ tokens: 2, lastUsedAtMs: 800 })
})

test.each([
  { filter: (of: { readonly userId: string }) => ({ userId: of.userId }), found: ['cli_terminal', 'cli_editor'] },
  { filter: () => ({ clientId: 'cli_terminal' }), found: ['cli_terminal'] },
  { filter: () => ({ accessLevel: 'full' as const }), found: [] },
])('filters grants: $found', async ({ filter, found }) => {
  const { store, alice } = await openWithGrants()
  const { rows } = await store.accessListing.grants(filter(alice), { limit: 10, nowMs: 10 })
  expect(rows.map(({ clientId }) => clientId)).toEqual(found)
})

test('filters users by a part of the login in any case, and by their credential', async () => {
  const { store, alice } = await openWithGrants()
  await store.credentials.markDead({ userId: alice.userId, generation: 2, nowMs: 1 })
  const logins = async (filter: Parameters<typeof store.accessListing.users>[0]) =>
    (await store.accessListing.users(filter, { limit: 10 })).rows.map(({ login }) => login)
  expect(await logins({ login: 'SER2' })).toEqual(['user2'])
  expect(await logins({ login: '%' })).toEqual([])
  expect(await logins({ credentialState: 'dead' })).toEqual(['user1'])
  expect(await logins({ credentialState: 'live' })).toEqual(['user2'])
  expect(await logins({ credentialState: 'none' })).toEqual([])
})

test('finds a user by id, or everybody who has that login in any case', async () => {
  const { store, alice } = await openWithGrants()
  await store.users.upsert({ sub: '3', login: 'USER1', nowMs: 1 })
  expect(await store.accessListing.findUsers(alice.userId)).toMatchObject([{ id: alice.userId }])
  expect(await store.accessListing.findUsers('User1')).toMatchObject([{ sub: '3' }, { sub: '1' }])
  expect(await store.accessListing.findUsers('user')).toEqual([])
})

test('gives a listing in parts, each row once', async () => {
  const { store } = await openWithGrants()
  const seen: string[] = []
  let after: string | undefined
  do {
    const { rows, next } = await store.accessListing.grants({}, { limit: 1, after, nowMs: 10 })
    expect(rows.length).toBe(1)
    seen.push(...rows.map(({ id }) => id))
    after = next
  } while (after !== undefined)
  expect(seen).toHaveLength(3)
  expect(seen).toEqual(seen.toSorted().reverse())
})

async function openWithGrants() {
  let nowMs = 0
  const store = await openMemoryStore(() => ++nowMs)
  const alice = await makeGrant(store, { sub: '1' })
  const bob = await makeGrant(store, { sub: '2' })
  const aliceTerminal = await makeGrant(store, { sub: '1', clientId: 'cli_terminal' })
  await makeAccess(store, alice, 'alice')
  await makeAccess(store, bob, 'bob')
  await makeAccess(store, aliceTerminal, 'aliceTerminal')
  return { store, alice }
}
