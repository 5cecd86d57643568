import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { SessionEviction } from '../session-store.ts'
import { OwnerEnded, type Store } from '../store.ts'
import { sessions } from './schema.ts'
import { openTestDatabase } from './testing/database.ts'
import { makeGrant } from './testing/grant.ts'

const nothing: Omit<SessionEviction, 'userId' | 'number'> = { open: { calls: [], streams: [] }, uses: [] }

test.each([
  ['the one used longest ago', { userId: 'usr_a', number: 1 }, ['a1']],
  ['several', { userId: 'usr_a', number: 2 }, ['a1', 'a2']],
  [
    'one that is idle, though others were used before',
    { userId: 'usr_a', number: 1, open: { calls: ['a1'], streams: ['b1', 'a2'] } },
    ['a3'],
  ],
  [
    'one with a stream before one with a call',
    { userId: 'usr_a', number: 1, open: { calls: ['a1', 'a3'], streams: ['a1', 'a2'] } },
    ['a2'],
  ],
  ['one with a call where there is no other', { userId: 'usr_a', number: 2, open: { calls: ['a1', 'a2'], streams: ['a3'] } }, ['a3', 'a1']],
  ['by uses that are not recorded yet', { userId: 'usr_a', number: 1, uses: [{ sessionId: 'a1', atMs: 90 }] }, ['a2']],
  ['of all users', { userId: undefined, number: 2 }, ['b1', 'a1']],
  ['of all users by the same ranks', { userId: undefined, number: 3, open: { calls: ['b1'], streams: ['a1', 'a2'] } }, ['a3', 'a1', 'a2']],
] as const)('a new session ends %s', async (_, eviction, ended) => {
  const { store, add, left } = await openWithSessions()
  const gone = await add('new', { ...nothing, ...eviction })
  expect(gone).toEqual(gone.map(({ id }) => expect.objectContaining({ id, hash: `hash of ${id}` })))
  expect(new Set(gone.map(({ id }) => id))).toEqual(new Set(ended))
  expect(await left()).toEqual(['a1', 'a2', 'a3', 'b1', 'new'].filter((id) => !ended.some((one) => one === id)))
  expect(await store.sessions.find('hash of new')).toBeDefined()
})

test.each([
  ['whatever is open in its own', { calls: ['a1', 'a2', 'a3'], streams: [] }],
  ['though the other one was idle for longer', { calls: [], streams: [] }],
])('a client with many sessions takes no place of another client of the user, %s', async (_, open) => {
  const { addOf, add } = await openWithSessions()
  await addOf('cli_other', { id: 'o1', atMs: 1 })
  expect(await add('new', { ...nothing, userId: 'usr_a', number: 1, open })).toMatchObject([{ id: 'a1' }])
})

test('sessions of a user that are too many are taken from all clients until they have as many', async () => {
  const { addOf, add } = await openWithSessions()
  await addOf('cli_other', { id: 'o1', atMs: 1 })
  await addOf('cli_other', { id: 'o2', atMs: 2 })
  const gone = await add('new', { ...nothing, userId: 'usr_a', number: 3 })
  expect(gone.map(({ id }) => id).toSorted()).toEqual(['a1', 'a2', 'o1'])
})

test('nothing ends for a session whose grant is gone', async () => {
  const { add, left } = await openWithSessions()
  await expect(add('new', { ...nothing, userId: 'usr_a', number: 1 }, 'gra_gone')).rejects.toBeInstanceOf(OwnerEnded)
  expect(await left()).toEqual(['a1', 'a2', 'a3', 'b1'])
})

test('sessions end that were not used for long, some at a time', async () => {
  const { store, left } = await openWithSessions()
  const ended = await store.sessions.endIdle(30, 2)
  expect(ended.map(({ id }) => id).toSorted()).toEqual(['a1', 'b1'])
  expect((await store.sessions.endIdle(30, 2)).map(({ id }) => id)).toEqual(['a2'])
  expect(await store.sessions.endIdle(30, 2)).toEqual([])
  expect(await left()).toEqual(['a3'])
})

test('sessions end by user, by client, or both, and never all for want of a name', async () => {
  const { store, left } = await openWithSessions()
  expect(await store.sessions.endOf({})).toEqual([])
  expect(await store.sessions.endOf({ userId: 'usr_a', clientId: 'cli_other' })).toEqual([])
  expect(await store.sessions.endOf({ userId: 'usr_b', clientId: 'cli_editor' })).toMatchObject([{ id: 'b1' }])
  expect(await store.sessions.endOf({ clientId: 'cli_editor' })).toHaveLength(3)
  expect(await left()).toEqual([])
})

test('sessions are counted by user', async () => {
  const { store } = await openWithSessions()
  expect(await store.sessions.countByUser()).toEqual([
    { userId: 'usr_a', sessions: 3 },
    { userId: 'usr_b', sessions: 1 },
  ])
})

test('what ends for a new session is found along an index', async () => {
  const { db } = await openTestDatabase()
  const plan = (where: string) => db.all(sql.raw(`explain query plan select id from sessions where ${where}`))
  for (const where of ["user_id = 'a' order by last_used_at_ms limit 1", 'true order by last_used_at_ms limit 1']) {
    expect(JSON.stringify(await plan(where))).toMatch(/USING (?:COVERING )?INDEX sessions_/)
  }
})

/** Three sessions of one user, last used at 10, 20 and 30, and one of another, at 5. */
async function openWithSessions() {
  const { db, store } = await openTestDatabase()
  const grant = await makeGrant(store)
  const add = async (id: string, eviction?: SessionEviction, grantId = grant.id) =>
    insert({ store, grantId }, { id, userId: 'usr_a', atMs: 99 }, eviction)
  for (const [id, atMs] of [
    ['a1', 10],
    ['a2', 20],
    ['a3', 30],
  ] as const)
    await insert({ store, grantId: grant.id }, { id, userId: 'usr_a', atMs })
  await insert({ store, grantId: grant.id }, { id: 'b1', userId: 'usr_b', atMs: 5 })
  const left = async () => (await db.select({ id: sessions.id }).from(sessions).orderBy(sessions.id)).map(({ id }) => id)
  const addOf = async (clientId: string, session: { readonly id: string; readonly atMs: number }) =>
    insert({ store, grantId: grant.id }, { ...session, userId: 'usr_a', clientId })
  return { store, add, addOf, left }
}

function insert(
  { store, grantId }: { readonly store: Store; readonly grantId: string },
  { id, userId, atMs, clientId = 'cli_editor' }: NewSession,
  eviction?: SessionEviction,
) {
  const rest = { clientId, protocolVersion: '2025-11-25', logLevel: null }
  return store.sessions.insert({ ...rest, id, hash: `hash of ${id}`, grantId, userId, createdAtMs: atMs }, eviction)
}

interface NewSession {
  readonly id: string
  readonly userId: string
  readonly atMs: number
  readonly clientId?: string
}
