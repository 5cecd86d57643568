import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'

// Forgejo gives a login that somebody gave up to the next who asks for it, and tells logins in other letters apart nowhere.
test.each(['alice', 'ALICE'])('the operator who names a user by a login that two have had (%s) ends neither', async (named) => {
  const { admin, store } = await createHarness()
  for (const [sub, login] of [
    ['1', 'alice'],
    ['2', 'Alice'],
  ] as const)
    await store.users.upsert({ sub, login, nowMs: 1 })
  const answer = await admin(new Request(`http://admin/users/${named}`, { method: 'DELETE' }))
  expect([answer.status, await answer.json()]).toMatchObject([409, { error: { reason: 'ambiguous_user' } }])
  expect(await store.accessListing.findUsers('alice')).toHaveLength(2)
})
