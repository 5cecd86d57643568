import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import type { AuthorizationCode, IssuedPair } from '../token-store.ts'
import type { Grant } from '../grant-store.ts'
import type { Store } from '../store.ts'
import { makeAccess } from './testing/access.ts'
import { makeGrant } from './testing/grant.ts'

test('a code is found with what its grant says, and says when it was used', async () => {
  const { tokens, grant } = await openWithCode()
  const code = { hash: 'code', grantId: grant.id, clientId: grant.clientId, userId: grant.userId, accessLevel: 'write', use: undefined }
  expect(await tokens.findCode('code')).toMatchObject(code)
  await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })
  expect(await tokens.findCode('code')).toMatchObject({ ...code, use: { usedAtMs: 1, familyId: 'fam_1' } })
  expect(await tokens.findCode('another')).toBeUndefined()
})

test('a code is exchanged for a pair of its grant', async () => {
  const { tokens, grant } = await openWithCode()
  expect(await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })).toBe(true)
  const { id: grantId, clientId, userId, resource } = grant
  const owner = { grantId, familyId: 'fam_1', clientId, userId, resource, accessLevel: 'write', credentialState: 'live' }
  expect(await tokens.findAccess('access 1')).toEqual({ ...owner, expiresAtMs: 5_000 })
  expect(await tokens.findRefresh('refresh 1')).toEqual({
    ...owner,
    hash: 'refresh 1',
    use: undefined,
    expiresAtMs: 9_000,
  })
})

test('of 50 exchanges of one code at once exactly one succeeds, and only its tokens exist', async () => {
  const { tokens } = await openWithCode()
  const exchanges = Array.from({ length: 50 }, (_, n) =>
    tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair(`${n}`), nowMs: 1 }),
  )
  const outcomes = await Promise.all(exchanges)
  expect(outcomes.filter(Boolean)).toHaveLength(1)
  expect(await findPairs(tokens, 50)).toEqual([outcomes.indexOf(true)])
})

test('of 50 rotations of one refresh token at once exactly one succeeds, and only its tokens exist', async () => {
  const { tokens } = await openWithCode()
  await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('first'), nowMs: 1 })
  const rotations = Array.from({ length: 50 }, (_, n) =>
    tokens.rotate({ refreshHash: 'refresh first', issued: makePair(`${n}`), sealedSuccessors: undefined, nowMs: 1 }),
  )
  const outcomes = await Promise.all(rotations)
  expect(outcomes.filter(Boolean)).toHaveLength(1)
  expect(await findPairs(tokens, 50)).toEqual([outcomes.indexOf(true)])
  expect(await tokens.findRefresh('refresh first')).toMatchObject({ use: { usedAtMs: 1, sealedSuccessors: undefined } })
  expect(await tokens.findRefresh(`refresh ${outcomes.indexOf(true)}`)).toMatchObject({ use: undefined, familyId: 'fam_1' })
})

test('neither a code nor a refresh token can be used at or after its expiry', async () => {
  const { tokens } = await openWithCode()
  expect(await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1_000 })).toBe(false)
  expect(await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 999 })).toBe(true)
  expect(await tokens.rotate({ refreshHash: 'refresh 1', issued: makePair('2'), sealedSuccessors: undefined, nowMs: 9_000 })).toBe(false)
  expect(await tokens.rotate({ refreshHash: 'refresh 1', issued: makePair('2'), sealedSuccessors: undefined, nowMs: 8_999 })).toBe(true)
})

test('nothing is issued for what does not exist', async () => {
  const { tokens } = await openWithCode()
  expect(await tokens.exchangeCode({ codeHash: 'unknown', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })).toBe(false)
  expect(await tokens.rotate({ refreshHash: 'unknown', issued: makePair('2'), sealedSuccessors: undefined, nowMs: 1 })).toBe(false)
  expect(await findPairs(tokens, 3)).toEqual([])
})

test('tokens say at once that the level was changed or the credential died', async () => {
  const { tokens, grant, grants, credentials } = await openWithCode()
  await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })
  await grants.consent({ ...grant, accessLevel: 'read', nowMs: 2 })
  await credentials.markDead({ userId: grant.userId, generation: 1, nowMs: 2 })
  expect(await tokens.findAccess('access 1')).toMatchObject({ accessLevel: 'read', credentialState: 'dead' })
  expect(await tokens.findRefresh('refresh 1')).toMatchObject({ accessLevel: 'read', credentialState: 'dead' })
})

test('a wider consent, for whatever resource, changes nothing that was issued before it', async () => {
  const { tokens, grant, grants } = await openWithCode()
  await grants.consent({ ...grant, accessLevel: 'full', resource: 'https://other.test/mcp', nowMs: 2 })
  const issuedFor = { accessLevel: 'write', resource: grant.resource }
  expect(await tokens.findCode('code')).toMatchObject(issuedFor)
  await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 3 })
  await tokens.rotate({ refreshHash: 'refresh 1', issued: makePair('2'), sealedSuccessors: undefined, nowMs: 3 })
  for (const name of ['1', '2']) {
    expect(await tokens.findAccess(`access ${name}`)).toMatchObject(issuedFor)
    expect(await tokens.findRefresh(`refresh ${name}`)).toMatchObject(issuedFor)
  }
})

test('a code says at once that its level was narrowed', async () => {
  const { tokens, grant, grants } = await openWithCode()
  await grants.consent({ ...grant, accessLevel: 'read', nowMs: 2 })
  expect(await tokens.findCode('code')).toMatchObject({ accessLevel: 'read' })
})

test('what has expired is purged, and nothing else', async () => {
  const store = await openWithCode()
  const { tokens } = store
  await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })
  await tokens.insertCode(makeCode('unused', store.grant))
  expect(await store.purge(999)).toBe(0)
  expect(await store.purge(1_000)).toBe(1)
  expect(await tokens.findCode('unused')).toBeUndefined()
  expect(await tokens.findAccess('access 1')).toBeDefined()
  expect(await tokens.findRefresh('refresh 1')).toBeDefined()
  expect(await store.purge(9_000)).toBe(1)
  expect(await tokens.findRefresh('refresh 1')).toBeUndefined()
})

test('an access token is known as expired for an hour, and then not any more', async () => {
  const store = await openWithCode()
  const { tokens } = store
  await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })
  await store.purge(5_000 + 3_600_000 - 1)
  expect(await tokens.findAccess('access 1')).toBeDefined()
  await store.purge(5_000 + 3_600_000)
  expect(await tokens.findAccess('access 1')).toBeUndefined()
})

test('what a refresh token was exchanged for is kept for its time only', async () => {
  const store = await openWithCode()
  const { tokens } = store
  await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })
  const sealedSuccessors = { text: 'sealed', expireAtMs: 500 }
  await tokens.rotate({ refreshHash: 'refresh 1', issued: makePair('2'), sealedSuccessors, nowMs: 100 })
  await store.purge(499)
  expect(await tokens.findRefresh('refresh 1')).toMatchObject({ use: { usedAtMs: 100, sealedSuccessors: 'sealed' } })
  expect(await store.purge(500)).toBe(1)
  expect(await tokens.findRefresh('refresh 1')).toMatchObject({ use: { usedAtMs: 100, sealedSuccessors: undefined } })
  expect(await store.purge(500)).toBe(0)
})

test('a family ends as a whole, and no other', async () => {
  const store = await openWithCode()
  const { tokens } = store
  await tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })
  await tokens.rotate({ refreshHash: 'refresh 1', issued: makePair('2'), sealedSuccessors: undefined, nowMs: 1 })
  const grantId = store.grant.id
  expect(await tokens.revokeFamily({ familyId: 'fam_2', grantId, nowMs: 1 })).toEqual({ tokens: 0, sessionIds: [] })
  expect(await findPairs(tokens, 3)).toEqual([1, 2])
  expect(await tokens.revokeFamily({ familyId: 'fam_1', grantId, nowMs: 1 })).toEqual({ tokens: 4, sessionIds: [] })
  expect(await findPairs(tokens, 3)).toEqual([])
  expect(await tokens.rotate({ refreshHash: 'refresh 2', issued: makePair('3'), sealedSuccessors: undefined, nowMs: 1 })).toBe(false)
})

test('a grant’s sessions end with the last family of which a token is good', async () => {
  const store = await openMemoryStore(() => 1)
  const grant = await makeGrant(store)
  const other = await makeGrant(store, { sub: '2' })
  for (const name of ['1', '2']) await makeAccess(store, grant, name)
  await makeAccess(store, other, '3')
  const revoke = (familyId: string, nowMs: number) => store.tokens.revokeFamily({ familyId, grantId: grant.id, nowMs })
  expect(await revoke('fam_1', 999)).toEqual({ tokens: 2, sessionIds: [] })
  // The other family has expired, and the purge has not come yet.
  expect(await revoke('fam_1', 1_000)).toMatchObject({ tokens: 0, sessionIds: expect.arrayContaining(['ses_1', 'ses_2']) })
  expect(await store.sessions.find('session 1')).toBeUndefined()
  expect(await store.sessions.find('session 3')).toBeDefined()
})

test('a code that was exchanged is remembered for an hour beyond its time', async () => {
  const store = await openWithCode()
  await store.tokens.exchangeCode({ codeHash: 'code', familyId: 'fam_1', issued: makePair('1'), nowMs: 1 })
  await store.purge(1_000 + 3_600_000 - 1)
  expect(await store.tokens.findCode('code')).toBeDefined()
  await store.purge(1_000 + 3_600_000)
  expect(await store.tokens.findCode('code')).toBeUndefined()
})

async function openWithCode(): Promise<Store & { readonly grant: Grant }> {
  const store = await openMemoryStore(() => 1)
  const grant = await makeGrant(store)
  await store.tokens.insertCode(makeCode('code', grant))
  return { ...store, grant }
}

function makeCode(hash: string, { id: grantId, clientId, resource, accessLevel }: Grant): AuthorizationCode {
  const redirectUri = 'http://127.0.0.1/callback'
  return { hash, grantId, clientId, redirectUri, codeChallenge: 'challenge', resource, accessLevel, expiresAtMs: 1_000 }
}

function makePair(name: string): IssuedPair {
  return { accessHash: `access ${name}`, accessExpiresAtMs: 5_000, refreshHash: `refresh ${name}`, refreshExpiresAtMs: 9_000 }
}

/** The numbers, below `count`, of the pairs of which any token is stored. */
async function findPairs(tokens: Store['tokens'], count: number): Promise<readonly number[]> {
  const found: number[] = []
  for (let number = 0; number < count; number += 1) {
    const stored = [await tokens.findAccess(`access ${number}`), await tokens.findRefresh(`refresh ${number}`)]
    if (stored.some((token) => token !== undefined)) found.push(number)
  }
  return found
}
