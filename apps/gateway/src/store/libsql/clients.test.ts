import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import { makeGrant } from './testing/grant.ts'
import { makeClient } from './testing/client.ts'

const dayMs = 24 * 60 * 60_000

test('a client with which nobody signed in for 30 days is forgotten, and no other', async () => {
  const store = await openMemoryStore(() => 1)
  await makeGrant(store, { clientId: 'cli_used' })
  for (const id of ['cli_unused', 'cli_signing_in']) await store.clients.insert(makeClient({ id }))
  await store.signIns.insert({
    id: 'sig_1',
    browserHash: 'browser',
    csrfHash: 'csrf',
    clientId: 'cli_signing_in',
    redirectUri: 'http://127.0.0.1/callback',
    clientState: null,
    codeChallenge: 'challenge',
    resource: 'https://broker.test/mcp',
    requestedLevel: 'read',
    expiresAtMs: 31 * dayMs,
  })
  expect(await store.purge(30 * dayMs)).toBe(0)
  expect(await store.purge(30 * dayMs + 1)).toBe(1)
  const left = await Promise.all(['cli_used', 'cli_unused', 'cli_signing_in'].map((id) => store.clients.find(id)))
  expect(left.map((client) => client?.id)).toEqual(['cli_used', undefined, 'cli_signing_in'])
})
