import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import { openTestDatabase } from './testing/database.ts'
import { makeGrant } from './testing/grant.ts'
import { makeClient } from './testing/client.ts'

const dayMs = 24 * 60 * 60_000

test('of clients with which nobody signed in, the newest ten thousand are kept', async () => {
  const { db, store } = await openTestDatabase()
  await makeGrant(store, { clientId: 'cli_used' })
  await db.run(sql`
    INSERT INTO clients (id, name, redirect_uris, created_at_ms)
    SELECT 'cli_' || value, 'Client', '[]', value FROM json_each(${JSON.stringify([...Array(10_003).keys()])})`)
  expect(await store.purge(dayMs)).toBe(3)
  const [used, first, dropped, kept] = await Promise.all(['cli_used', 'cli_0', 'cli_2', 'cli_3'].map((id) => store.clients.find(id)))
  expect([used, first, dropped, kept].map((client) => client?.id)).toEqual(['cli_used', undefined, undefined, 'cli_3'])
  expect(await store.purge(dayMs)).toBe(0)
})

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
