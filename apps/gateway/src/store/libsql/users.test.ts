import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'

test('a user that signs in twice is one user, under the login of the later time', async () => {
  const { users, accessListing } = await openMemoryStore(() => 1)
  const first = await users.upsert({ sub: '7', login: 'alice', nowMs: 1 })
  const second = await users.upsert({ sub: '7', login: 'alice-renamed', nowMs: 2 })
  expect(second).toEqual({ ...first, login: 'alice-renamed' })
  expect((await accessListing.users({}, { limit: 10 })).rows).toMatchObject([second])
})
