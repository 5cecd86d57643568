import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import type { Store } from '../store.ts'
import { makeAccess } from './testing/access.ts'
import { makeClient } from './testing/client.ts'
import { makeGrant } from './testing/grant.ts'

test('a grant ends with its codes, tokens and sessions, and no other', async () => {
  const { store, alice } = await openWithGrants()
  expect(await store.access.endGrant(alice.id, 10)).toEqual({
    grants: [
      { id: alice.id, userId: alice.userId, userLogin: 'user1', clientId: 'cli_editor', clientName: 'Editor', tokens: 3, sessions: 1 },
    ],
    sessionIds: ['ses_alice'],
  })
  expect(await findLeft(store)).toEqual(['aliceTerminal', 'bob'])
  expect(await store.accessListing.findUsers(alice.userId)).toHaveLength(1)
  expect(await store.access.endGrant(alice.id, 10)).toBeUndefined()
})

test('a client ends with the grants of all users and the sign-ins on their way, and may be known again', async () => {
  const { store } = await openWithGrants()
  await store.signIns.insert({
    id: 'sig_1',
    browserHash: 'b',
    csrfHash: 'c',
    clientId: 'cli_editor',
    redirectUri: 'http://127.0.0.1/callback',
    clientState: null,
    codeChallenge: 'c',
    resource: 'https://broker.test/mcp',
    requestedLevel: 'read',
    expiresAtMs: 600,
  })
  const ended = await store.access.endClient('cli_editor', 10)
  expect(ended).toMatchObject({ name: 'Editor', signIns: 1, grants: [{ userLogin: 'user1' }, { userLogin: 'user2' }] })
  expect(ended?.sessionIds.toSorted()).toEqual(['ses_alice', 'ses_bob'])
  expect(await findLeft(store)).toEqual(['aliceTerminal'])
  expect(await store.signIns.find('sig_1')).toBeUndefined()
  expect(await store.clients.find('cli_editor')).toBeUndefined()
  expect(await store.access.endClient('cli_editor', 10)).toBeUndefined()
  await store.clients.insert(makeClient({ id: 'cli_editor' }))
})

test('a user ends with all grants and the credential, and is another one at the next sign-in', async () => {
  const { store, alice } = await openWithGrants()
  const ended = await store.access.endUser(alice.userId, 10)
  expect(ended).toMatchObject({ login: 'user1', credentialGeneration: 2, grants: [{ clientName: 'Editor' }, { clientId: 'cli_terminal' }] })
  expect(ended?.sessionIds.toSorted()).toEqual(['ses_alice', 'ses_aliceTerminal'])
  expect(await findLeft(store)).toEqual(['bob'])
  expect(await store.credentials.find(alice.userId)).toBeUndefined()
  expect(await store.access.endUser(alice.userId, 10)).toBeUndefined()
  expect((await store.users.upsert({ sub: '1', login: 'user1', nowMs: 1 })).id).not.toBe(alice.userId)
})

test('counts the tokens that were good, not those that were exchanged or have expired', async () => {
  const { store, alice } = await openWithGrants()
  const issued = { accessHash: 'access 2', accessExpiresAtMs: 2_000, refreshHash: 'refresh 2', refreshExpiresAtMs: 2_000 }
  await store.tokens.rotate({ refreshHash: 'refresh alice', issued, sealedSuccessors: undefined, nowMs: 10 })
  expect(await store.access.endGrant(alice.id, 1_000)).toMatchObject({ grants: [{ tokens: 2 }] })
})

async function openWithGrants() {
  const store = await openMemoryStore(() => 1)
  const alice = await makeGrant(store, { sub: '1' })
  const bob = await makeGrant(store, { sub: '2' })
  const aliceTerminal = await makeGrant(store, { sub: '1', clientId: 'cli_terminal' })
  await makeAccess(store, alice, 'alice')
  await makeAccess(store, bob, 'bob')
  await makeAccess(store, aliceTerminal, 'aliceTerminal')
  return { store, alice, bob, aliceTerminal }
}

/** Whose access is whole; fails on one that is there in part. */
async function findLeft({ tokens, sessions }: Store): Promise<readonly string[]> {
  const left: string[] = []
  for (const name of ['alice', 'aliceTerminal', 'bob']) {
    const found = await Promise.all([
      tokens.findAccess(`access ${name}`),
      tokens.findRefresh(`refresh ${name}`),
      tokens.findCode(`unused code ${name}`),
      sessions.find(`session ${name}`),
    ])
    const isThere = found[0] !== undefined
    expect(found.map((row) => row !== undefined)).toEqual(found.map(() => isThere))
    if (isThere) left.push(name)
  }
  return left
}
