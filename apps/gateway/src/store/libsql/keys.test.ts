import { expect, test } from 'vitest'
import type { KeyStore, ResealedBatch } from '../key-store.ts'
import { executeOn } from './testing/execute.ts'
import { fillWithUsers } from './testing/fill-with-users.ts'
import { openStoreFile } from './testing/open-file.ts'
import { createTestSealer, makeKey, type TestKeys } from './testing/sealer.ts'

const former: TestKeys = { encryptionKeys: [makeKey('former')] }
const changed: TestKeys = { encryptionKeys: [makeKey('new'), makeKey('former')] }

test('every credential is sealed anew, part by part, and the former key is needed no more', async () => {
  const { path, userIds } = await fillWithUsers(5, former)
  const store = await openStoreFile(path, changed)
  const [current, old] = store.keys.loaded
  expect(await store.keys.uses()).toEqual([{ keyId: old?.id, rows: 5 }])
  expect(await resealAll(store.keys, 2)).toMatchObject([
    { checked: 2, resealed: 2, damaged: 0 },
    { checked: 2, resealed: 2, damaged: 0 },
    { checked: 1, resealed: 1, damaged: 0 },
  ])
  expect(await store.keys.uses()).toEqual([{ keyId: current.id, rows: 5 }])
  await store.close()
  const after = await openStoreFile(path, { encryptionKeys: [makeKey('new')] })
  const found = await Promise.all(userIds.map((userId) => after.credentials.find(userId)))
  expect(found).toMatchObject(userIds.map((_, index) => ({ state: 'live', generation: 1, accessToken: `access of ${index + 1}` })))
  await after.close()
})

test('what is sealed with the current key already is left as it is', async () => {
  const { path } = await fillWithUsers(3, former)
  const store = await openStoreFile(path, changed)
  await resealAll(store.keys, 10)
  expect(await resealAll(store.keys, 10)).toMatchObject([{ checked: 3, resealed: 0 }])
  await store.close()
})

test('a renewal and a sign-in that come in the middle are never written over', async () => {
  const { path, userIds } = await fillWithUsers(2, former)
  const store = await openStoreFile(path, changed)
  const [alice = '', bob = ''] = userIds
  const tokens = { accessToken: 'renewed', refreshToken: 'renewed too', accessExpiresAtMs: 9 }
  // All three read what is there before any of them writes.
  const [batch] = await Promise.all([
    store.keys.resealNext({ after: undefined, limit: 10 }),
    store.credentials.renew({ userId: alice, generation: 1, tokens, nowMs: 2 }),
    store.credentials.replace({ userId: bob, tokens, nowMs: 2 }),
  ])
  expect(batch).toMatchObject({ checked: 2, resealed: 0 })
  for (const userId of userIds) expect(await store.credentials.find(userId)).toMatchObject({ generation: 2, accessToken: 'renewed' })
  await store.close()
})

test('a credential that is sealed anew keeps its generation and its lease, so that a renewal under way succeeds', async () => {
  const { path, userIds } = await fillWithUsers(1, former)
  const store = await openStoreFile(path, changed)
  const [userId = ''] = userIds
  expect(await store.credentials.lease({ userId, generation: 1, holder: 'a', nowMs: 1, untilMs: 9 })).toBe(true)
  expect(await resealAll(store.keys, 10)).toMatchObject([{ resealed: 1 }])
  expect(await store.credentials.lease({ userId, generation: 1, holder: 'b', nowMs: 2, untilMs: 9 })).toBe(false)
  const tokens = { accessToken: 'renewed', refreshToken: 'renewed too', accessExpiresAtMs: 9 }
  expect(await store.credentials.renew({ userId, generation: 1, tokens, nowMs: 2 })).toBe(2)
  await store.close()
})

test('a credential that no key opens is dead afterwards, and does not keep the others', async () => {
  const { path, userIds } = await fillWithUsers(2, former)
  const [alice = '', bob = ''] = userIds
  const [{ id }] = (await createTestSealer(former)).keys
  await executeOn(path, `update credentials set sealed_access_token = 'v1.${id}.broken' where user_id = '${alice}'`)
  const store = await openStoreFile(path, changed)
  expect(await resealAll(store.keys, 10)).toMatchObject([{ checked: 2, resealed: 1, damaged: 1 }])
  expect(await store.keys.uses()).toEqual([{ keyId: store.keys.loaded[0].id, rows: 1 }])
  expect(await store.credentials.find(alice)).toBeUndefined()
  expect(await store.credentials.find(bob)).toMatchObject({ state: 'live' })
  await store.close()
})

test('a dead credential needs no key, and is sealed anew where it opens', async () => {
  const { path, userIds } = await fillWithUsers(1, former)
  const store = await openStoreFile(path, changed)
  const [userId = ''] = userIds
  await store.credentials.markDead({ userId, generation: 1, nowMs: 2 })
  expect(await store.keys.uses()).toEqual([])
  expect(await resealAll(store.keys, 10)).toMatchObject([{ resealed: 1 }])
  await store.close()
  const after = await openStoreFile(path, { encryptionKeys: [makeKey('new')] })
  expect(await after.credentials.find(userId)).toMatchObject({ state: 'dead', accessToken: 'access of 1' })
  await after.close()
})

test('it is remembered which key encrypted last', async () => {
  const { path } = await fillWithUsers(1, former)
  const store = await openStoreFile(path, changed)
  const [current, old] = store.keys.loaded
  expect(await store.keys.recordedId()).toBe(old?.id)
  await store.keys.recordEncrypting()
  expect(await store.keys.recordedId()).toBe(current.id)
  await store.close()
})

async function resealAll(keys: KeyStore, limit: number): Promise<readonly ResealedBatch[]> {
  const batches: ResealedBatch[] = []
  for (;;) {
    const batch = await keys.resealNext({ after: batches.at(-1)?.last, limit })
    batches.push(batch)
    if (batch.checked < limit) return batches
  }
}
