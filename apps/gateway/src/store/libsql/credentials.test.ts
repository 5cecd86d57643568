import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import type { Store } from '../store.ts'
import { credentials as rows } from './schema.ts'
import { openTestDatabase } from './testing/database.ts'
import { makeGrant } from './testing/grant.ts'

const tokens = { accessToken: 'access', refreshToken: 'refresh', accessExpiresAtMs: 3_600 }
const newer = { accessToken: 'newer access', refreshToken: 'newer refresh', accessExpiresAtMs: 7_200 }

test('a sign-in stores the first generation, the next one replaces it', async () => {
  const { credentials, userId } = await openWithUser()
  expect(await credentials.find(userId)).toBeUndefined()
  expect(await credentials.replace({ userId, tokens, nowMs: 1 })).toBe(1)
  expect(await credentials.find(userId)).toEqual({ userId, generation: 1, state: 'live', ...tokens })
  expect(await credentials.replace({ userId, tokens: newer, nowMs: 2 })).toBe(2)
  expect(await credentials.find(userId)).toEqual({ userId, generation: 2, state: 'live', ...newer })
})

test('of 50 holders at once exactly one gets the lease', async () => {
  const { credentials, userId } = await openWithUser(tokens)
  const leases = Array.from({ length: 50 }, (_, n) =>
    credentials.lease({ userId, generation: 1, holder: `holder ${n}`, nowMs: 10, untilMs: 20 }),
  )
  expect((await Promise.all(leases)).filter(Boolean)).toHaveLength(1)
})

test('a lease is free again after its time, after it was given back, and for its holder', async () => {
  const { credentials, userId } = await openWithUser(tokens)
  const lease = { userId, generation: 1, holder: 'a', nowMs: 10, untilMs: 20 }
  const other = { ...lease, holder: 'b' }
  expect(await credentials.lease(lease)).toBe(true)
  expect(await credentials.lease(lease)).toBe(true)
  expect(await credentials.lease({ ...other, nowMs: 19 })).toBe(false)
  expect(await credentials.lease({ ...other, nowMs: 20, untilMs: 30 })).toBe(true)
  await credentials.release(lease)
  expect(await credentials.lease({ ...lease, nowMs: 21 })).toBe(false)
  await credentials.release(other)
  expect(await credentials.lease({ ...lease, nowMs: 21 })).toBe(true)
})

test('a renewal makes the next generation once, and frees the lease', async () => {
  const { credentials, userId } = await openWithUser(tokens)
  await credentials.lease({ userId, generation: 1, holder: 'a', nowMs: 10, untilMs: 20 })
  expect(await credentials.renew({ userId, generation: 1, tokens: newer, nowMs: 11 })).toBe(2)
  expect(await credentials.renew({ userId, generation: 1, tokens, nowMs: 12 })).toBeUndefined()
  expect(await credentials.find(userId)).toEqual({ userId, generation: 2, state: 'live', ...newer })
  expect(await credentials.lease({ userId, generation: 2, holder: 'b', nowMs: 12, untilMs: 20 })).toBe(true)
})

test('nothing that speaks of an old generation does anything', async () => {
  const { credentials, userId } = await openWithUser(tokens)
  await credentials.replace({ userId, tokens: newer, nowMs: 2 })
  expect(await credentials.lease({ userId, generation: 1, holder: 'a', nowMs: 10, untilMs: 20 })).toBe(false)
  expect(await credentials.renew({ userId, generation: 1, tokens, nowMs: 11 })).toBeUndefined()
  expect(await credentials.markDead({ userId, generation: 1, nowMs: 11 })).toBe(false)
  expect(await credentials.find(userId)).toEqual({ userId, generation: 2, state: 'live', ...newer })
})

test('what Forgejo said of the scopes is kept with that generation, through renewals, until the next sign-in', async () => {
  const { credentials, userId } = await openWithUser(tokens)
  await credentials.noteScopes({ userId, generation: 2, scopes: ['read:admin'] })
  expect((await credentials.find(userId))?.forgejoScopes).toBeUndefined()
  await credentials.noteScopes({ userId, generation: 1, scopes: ['read:user', 'write:issue'] })
  await credentials.renew({ userId, generation: 1, tokens: newer, nowMs: 2 })
  expect((await credentials.find(userId))?.forgejoScopes).toEqual(['read:user', 'write:issue'])
  await credentials.noteScopes({ userId, generation: 1, scopes: ['read:admin'] })
  expect((await credentials.find(userId))?.forgejoScopes).toEqual(['read:user', 'write:issue'])
  await credentials.noteScopes({ userId, generation: 2, scopes: [] })
  expect((await credentials.find(userId))?.forgejoScopes).toEqual([])
  await credentials.replace({ userId, tokens, nowMs: 3 })
  expect((await credentials.find(userId))?.forgejoScopes).toBeUndefined()
})

test('a dead credential gives no lease, and the next sign-in revives it', async () => {
  const { credentials, userId } = await openWithUser(tokens)
  expect(await credentials.markDead({ userId, generation: 1, nowMs: 2 })).toBe(true)
  expect(await credentials.find(userId)).toMatchObject({ generation: 1, state: 'dead' })
  expect(await credentials.lease({ userId, generation: 1, holder: 'a', nowMs: 10, untilMs: 20 })).toBe(false)
  expect(await credentials.replace({ userId, tokens: newer, nowMs: 3 })).toBe(2)
  expect(await credentials.find(userId)).toMatchObject({ generation: 2, state: 'live' })
})

test('a credential that does not open any more is told apart and left as it is, until the next sign-in', async () => {
  const { db, store } = await openTestDatabase()
  const { userId } = await makeGrant(store)
  await db.update(rows).set({ sealedRefreshToken: 'damaged' })
  expect(await store.credentials.find(userId)).toEqual({ userId, generation: 1, state: 'unreadable', cause: { reason: 'damaged' } })
  expect(await db.select({ state: rows.state }).from(rows)).toEqual([{ state: 'live' }])
  expect(await store.credentials.replace({ userId, tokens, nowMs: 2 })).toBe(2)
  expect(await store.credentials.find(userId)).toMatchObject({ state: 'live' })
})

async function openWithUser(first?: typeof tokens): Promise<Store & { readonly userId: string }> {
  const store = await openMemoryStore(() => 1)
  const { id: userId } = await store.users.upsert({ sub: '1', login: 'alice', nowMs: 1 })
  if (first !== undefined) await store.credentials.replace({ userId, tokens: first, nowMs: 1 })
  return { ...store, userId }
}
