import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import type { Session } from '../session-store.ts'
import type { Store } from '../store.ts'
import { grants, sessions } from './schema.ts'
import { openTestDatabase } from './testing/database.ts'
import { makeGrant } from './testing/grant.ts'

test('a session is found by the hash of what the client carries, until it ends', async () => {
  const { sessions, session } = await openWithSession()
  expect(await sessions.find('hash')).toEqual(session)
  expect(await sessions.find('another')).toBeUndefined()
  expect(await sessions.end('ses_1')).toBe(true)
  expect(await sessions.end('ses_1')).toBe(false)
  expect(await sessions.find('hash')).toBeUndefined()
})

test('a session keeps the log level that its client set', async () => {
  const { sessions, session } = await openWithSession()
  await sessions.setLogLevel('ses_1', 'warning')
  expect(await sessions.find('hash')).toEqual({ ...session, logLevel: 'warning' })
})

test('uses are recorded for more sessions at once than SQLite takes parameters', async () => {
  const { db, store } = await openTestDatabase()
  const { id: grantId, userId, clientId } = await makeGrant(store)
  const session = { grantId, userId, clientId, protocolVersion: '2025-11-25', logLevel: null, createdAtMs: 1 }
  for (const id of ['ses_1', 'ses_2', 'ses_3']) await store.sessions.insert({ ...session, id, hash: `hash of ${id}` })
  await store.sessions.touch([{ sessionId: 'ses_2', atMs: 9 }])
  const gone = Array.from({ length: 40_000 }, (_, number) => `gone ${number}`)
  await store.sessions.touch(['ses_1', 'ses_2', ...gone].map((sessionId) => ({ sessionId, atMs: 5 })))
  await store.sessions.touch([])
  const used = await db.select({ id: sessions.id, lastUsedAtMs: sessions.lastUsedAtMs }).from(sessions).orderBy(sessions.id)
  expect(used.map((row) => row.lastUsedAtMs)).toEqual([5, 9, 1])
})

test('a session dies with its grant', async () => {
  const { db, store } = await openTestDatabase()
  const { id: grantId, userId, clientId } = await makeGrant(store)
  const session = { grantId, userId, clientId, protocolVersion: '2025-11-25', logLevel: null, createdAtMs: 1 }
  await store.sessions.insert({ ...session, id: 'ses_1', hash: 'hash' })
  await db.delete(grants)
  expect(await store.sessions.find('hash')).toBeUndefined()
})

async function openWithSession(): Promise<Store & { readonly session: Session }> {
  const store = await openMemoryStore(() => 1)
  const { id: grantId, userId, clientId } = await makeGrant(store)
  const session = { id: 'ses_1', hash: 'hash', grantId, userId, clientId, protocolVersion: '2025-11-25', logLevel: null, createdAtMs: 1 }
  await store.sessions.insert(session)
  return { ...store, session }
}
