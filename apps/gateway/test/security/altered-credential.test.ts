import { expect, test } from 'vitest'
import type { UnreadableCredential } from '../../src/store/credential-store.ts'
import type { Store } from '../../src/store/store.ts'
import { createHarness } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'

test('who alters a user’s encrypted tokens leaves an event, and no client of that user goes on', async () => {
  const { harness, userId, token, alter } = await signIn()
  expect(await mcpStatus(harness, token)).toBe(200)
  alter({ reason: 'damaged' })
  harness.runner.rejectCredential({ userId, generation: 1 })
  await harness.settled()
  expect(harness.runner.credentialOf(userId)).toMatchObject({ accessToken: null })
  expect(await mcpStatus(harness, token)).toBe(401)
  const [event] = await harness.store.auditEvents.listNewest({ types: ['credential_died'] }, 1)
  expect(event).toMatchObject({ userId, userLogin: 'alice', details: { generation: 1, cause: 'unreadable' } })
  alter(undefined)
  const again = await harness.signIn({ login: 'alice' })
  expect(await mcpStatus(harness, again.tokens.access_token)).toBe(200)
})

test('a key that is missing ends nobody’s sign-in: it may be loaded again', async () => {
  const { harness, userId, token, alter } = await signIn()
  alter({ reason: 'unknown_key', keyId: '0123456789abcdef' })
  harness.runner.rejectCredential({ userId, generation: 1 })
  await harness.settled()
  expect(harness.runner.credentialOf(userId)).toBeUndefined()
  expect(await mcpStatus(harness, token)).toBe(200)
  const said = harness.log.events.filter(({ event }) => event === 'credential_key_missing')
  expect(said).toMatchObject([{ level: 'error', fields: { userId, generation: 1, keyId: '0123456789abcdef' } }])
  alter(undefined)
  expect(await harness.store.credentials.find(userId)).toMatchObject({ state: 'live' })
  expect(await harness.runner.renewCredential(userId)).toMatchObject({ generation: 1, accessToken: expect.any(String) })
})

test('a credential that was found dead elsewhere, as by a re-encryption, is dead for the next request', async () => {
  const { harness, userId, token } = await signIn()
  expect(await mcpStatus(harness, token)).toBe(200)
  await harness.store.credentials.markDead({ userId, generation: 1, nowMs: harness.clock.nowMs })
  harness.runner.rejectCredential({ userId, generation: 1 })
  await harness.settled()
  expect(await mcpStatus(harness, token)).toBe(401)
})

/** Alice, whose tokens in the database a test may alter. */
async function signIn() {
  let cause: UnreadableCredential['cause'] | undefined
  const wrapStore = (store: Store): Store => ({
    ...store,
    credentials: {
      ...store.credentials,
      async find(userId) {
        const found = await store.credentials.find(userId)
        return found?.state === 'live' && cause !== undefined ? { ...found, state: 'unreadable', cause } : found
      },
    },
  })
  const harness = await createHarness({ wrapStore })
  const { userId, tokens } = await harness.signIn({ login: 'alice' })
  return { harness, userId, token: tokens.access_token, alter: (to: typeof cause) => (cause = to) }
}
