import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import { makeGrant } from './testing/grant.ts'

test('consenting again changes the one grant of this user and client', async () => {
  const store = await openMemoryStore(() => 1)
  const grant = await makeGrant(store)
  const again = await store.grants.consent({ ...grant, accessLevel: 'full', nowMs: 2 })
  expect(again).toEqual({ ...grant, accessLevel: 'full' })
  expect((await store.accessListing.grants({}, { limit: 10, nowMs: 2 })).rows).toMatchObject([{ id: grant.id, accessLevel: 'full' }])
  const others = await makeGrant(store, { sub: '2' })
  expect(others.id).not.toBe(grant.id)
})
