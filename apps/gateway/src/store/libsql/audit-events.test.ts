import { expect, test } from 'vitest'
import type { NewAuditEvent } from '../audit-store.ts'
import { openMemoryStore } from '../memory-store.ts'
import type { Store } from '../store.ts'
import { makeClient } from './testing/client.ts'
import { openTestDatabase } from './testing/database.ts'
import { makeGrant } from './testing/grant.ts'

function makeEvent(event: Partial<NewAuditEvent> = {}): NewAuditEvent {
  return { id: `aud_${(made += 1)}`, atMs: 1, type: 'tokens_refreshed', ...event }
}

let made = 0

async function idsOf({ auditEvents }: Store, filter: Parameters<Store['auditEvents']['listNewest']>[0] = {}): Promise<readonly string[]> {
  const events = await auditEvents.listNewest(filter, 100)
  return events.map(({ id }) => id)
}

test('an event is kept with the login and the name of that time', async () => {
  const store = await openMemoryStore(() => 1)
  const { userId, clientId, id: grantId } = await makeGrant(store)
  const event = { id: 'aud_1', atMs: 7, type: 'tokens_issued', userId, clientId, grantId, address: '192.0.2.1' } as const
  await store.auditEvents.insert([{ ...event, details: { accessLevel: 'read', tokens: 2, redirectUris: ['a', 'b'] } }])
  await store.users.upsert({ sub: '1', login: 'renamed', nowMs: 8 })
  expect(await store.auditEvents.listNewest({}, 10)).toEqual([
    {
      ...event,
      position: 1,
      userLogin: 'user1',
      clientName: 'Editor',
      details: { accessLevel: 'read', tokens: 2, redirectUris: ['a', 'b'] },
    },
  ])
})

test('an event of somebody whose row is gone brings the names itself', async () => {
  const store = await openMemoryStore(() => 1)
  await store.auditEvents.insert([
    makeEvent({ userId: 'usr_gone', userLogin: 'alice', clientId: 'cli_gone', clientName: 'Gone' }),
    makeEvent({ userId: 'usr_gone', clientId: 'cli_gone' }),
    makeEvent(),
  ])
  const events = await store.auditEvents.listNewest({}, 10)
  expect(events.map(({ userLogin, clientName }) => [userLogin, clientName])).toEqual([
    ['alice', 'Gone'],
    [null, null],
    [null, null],
  ])
})

test('events stay in the order of writing, whatever their ids and times', async () => {
  const store = await openMemoryStore(() => 1)
  await store.auditEvents.insert([makeEvent({ id: 'aud_z', atMs: 9 }), makeEvent({ id: 'aud_a', atMs: 9 })])
  await store.auditEvents.insert([makeEvent({ id: 'aud_m', atMs: 3 })])
  expect(await idsOf(store)).toEqual(['aud_z', 'aud_a', 'aud_m'])
  const newest = await store.auditEvents.listNewest({}, 2)
  expect(newest.map(({ id }) => id)).toEqual(['aud_a', 'aud_m'])
  const first = await store.auditEvents.listAfter(0, {}, 2)
  expect(first.map(({ id }) => id)).toEqual(['aud_z', 'aud_a'])
  const after = await store.auditEvents.listAfter((await store.auditEvents.findPosition('aud_a')) ?? 0, {}, 10)
  expect(after.map(({ id }) => id)).toEqual(['aud_m'])
  expect(await store.auditEvents.lastPosition()).toBe(after[0]?.position)
  expect(await store.auditEvents.findPosition('aud_unknown')).toBeUndefined()
})

test('the filters find what all of them let through', async () => {
  const store = await openMemoryStore(() => 1)
  const alice = await store.users.upsert({ sub: '1', login: 'Alice', nowMs: 1 })
  await store.clients.insert(makeClient({ id: 'cli_editor', name: 'Editor' }))
  await store.auditEvents.insert([
    makeEvent({ id: 'registered', type: 'client_registered', clientId: 'cli_editor', atMs: 10 }),
    makeEvent({ id: 'earlier', userId: alice.id, clientId: 'cli_editor', grantId: 'gra_1', atMs: 20 }),
    makeEvent({ id: 'deleted', userId: 'usr_gone', userLogin: 'Alice', clientId: 'cli_other', grantId: 'gra_2', atMs: 30 }),
    makeEvent({ id: 'bob', userId: 'usr_bob', userLogin: 'bob', clientId: 'cli_editor', grantId: 'gra_3', atMs: 40 }),
  ])
  await store.users.upsert({ sub: '1', login: 'alicia', nowMs: 2 })
  expect(await idsOf(store, { user: alice.id })).toEqual(['earlier'])
  expect(await idsOf(store, { user: 'alice' })).toEqual(['earlier', 'deleted'])
  expect(await idsOf(store, { user: 'ALICIA' })).toEqual(['earlier'])
  expect(await idsOf(store, { client: 'cli_other' })).toEqual(['deleted'])
  expect(await idsOf(store, { client: 'editor' })).toEqual(['registered', 'earlier', 'bob'])
  expect(await idsOf(store, { grant: 'gra_3' })).toEqual(['bob'])
  expect(await idsOf(store, { types: ['client_registered', 'user_ended'] })).toEqual(['registered'])
  expect(await idsOf(store, { sinceMs: 20, untilMs: 40 })).toEqual(['earlier', 'deleted'])
  expect(await idsOf(store, { user: 'alice', client: 'editor', sinceMs: 20, types: ['tokens_refreshed'] })).toEqual(['earlier'])
  expect(await idsOf(store, { user: 'nobody' })).toEqual([])
})

test('an event is never changed', async () => {
  const { db, store } = await openTestDatabase()
  await store.auditEvents.insert([makeEvent({ id: 'aud_1' })])
  await expect(db.$client.execute(`UPDATE audit_events SET user_login = 'somebody else'`)).rejects.toThrow('audit events are never changed')
})

test('events older than the retention are deleted, the newest of all is not', async () => {
  const store = await openMemoryStore(() => 1)
  await store.auditEvents.insert([10, 20, 30].map((atMs) => makeEvent({ id: `aud_at_${atMs}`, atMs })))
  expect(await store.auditEvents.purge({ beforeMs: 20, mostAnonymous: 9 })).toBe(1)
  expect(await idsOf(store)).toEqual(['aud_at_20', 'aud_at_30'])
  const last = await store.auditEvents.lastPosition()
  expect(await store.auditEvents.purge({ beforeMs: 1_000, mostAnonymous: 9 })).toBe(1)
  await store.auditEvents.insert([makeEvent({ id: 'aud_next' })])
  const next = await store.auditEvents.listAfter(last, {}, 10)
  expect(next.map(({ id }) => id)).toEqual(['aud_next'])
})

test('of what strangers can cause only the newest are kept, and nothing else goes for it', async () => {
  const store = await openMemoryStore(() => 1)
  await store.auditEvents.insert([
    makeEvent({ id: 'keys', type: 'keys_changed' }),
    makeEvent({ id: 'old', type: 'client_registered' }),
    makeEvent({ id: 'alice', type: 'consent_given', userId: 'usr_alice' }),
    makeEvent({ id: 'newer', type: 'consent_denied' }),
    makeEvent({ id: 'newest', type: 'client_registered' }),
  ])
  expect(await store.auditEvents.purge({ beforeMs: 0, mostAnonymous: 4 })).toBe(0)
  expect(await store.auditEvents.purge({ beforeMs: 0, mostAnonymous: 2 })).toBe(1)
  expect(await idsOf(store)).toEqual(['keys', 'alice', 'newer', 'newest'])
})

test('no stranger can wash away how a client came here with which somebody signed in', async () => {
  const store = await openMemoryStore(() => 1)
  await store.auditEvents.insert([
    makeEvent({ id: 'unused', type: 'client_registered', clientId: 'cli_unused' }),
    makeEvent({ id: 'used', type: 'client_registered', clientId: 'cli_used' }),
    makeEvent({ id: 'denied', type: 'consent_denied', clientId: 'cli_used' }),
    makeEvent({ id: 'alice', type: 'consent_given', clientId: 'cli_used', userId: 'usr_alice' }),
    ...Array.from({ length: 5 }, (_, n) => makeEvent({ id: `flood_${n}`, type: 'client_registered', clientId: `cli_flood_${n}` })),
  ])
  expect(await store.auditEvents.purge({ beforeMs: 0, mostAnonymous: 2 })).toBe(5)
  expect(await store.auditEvents.purge({ beforeMs: 0, mostAnonymous: 2 })).toBe(0)
  expect(await idsOf(store)).toEqual(['used', 'alice', 'flood_3', 'flood_4'])
})
