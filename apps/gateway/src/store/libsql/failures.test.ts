import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LibsqlError } from '@libsql/client/sqlite3'
import { expect, test } from 'vitest'
import { OwnerEnded, StoreFailure } from '../store.ts'
import { withStoreFailures } from './failures.ts'
import { openTestDatabase } from './testing/database.ts'
import { makeGrant } from './testing/grant.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'
import { makeClient } from './testing/client.ts'

const client = makeClient({ id: 'cli_x', redirectUris: [`http://127.0.0.1/${'x'.repeat(2_000)}`] })

test('a full disk refuses writes loudly, keeps what was acknowledged, and takes writes again when there is room', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const { db, store } = await openTestDatabase(pathToFileURL(path).href)
  const pages = await db.$client.execute('PRAGMA page_count')
  await db.$client.execute(`PRAGMA max_page_count = ${Number(pages.rows[0]?.[0]) + 4}`)
  const acknowledged: string[] = []
  const failure = await fillUp(async (id) => {
    await store.clients.insert({ ...client, id })
    acknowledged.push(id)
  })
  expect(failure).toBeInstanceOf(StoreFailure)
  expect(failure).toMatchObject({ cause: { code: 'SQLITE_FULL' } })

  await db.$client.execute('PRAGMA max_page_count = 10000')
  await store.clients.insert({ ...client, id: 'after' })
  await store.close()
  const again = await openTestDatabase(pathToFileURL(path).href)
  const { rows } = await again.db.$client.execute('select id from clients order by rowid')
  expect(rows.map((row) => row['id'])).toEqual([...acknowledged, 'after'])
  await again.store.close()
})

test('a full disk leaves nothing of a rotation behind, and the token usable', async () => {
  const { db, store } = await openTestDatabase()
  const { id: grantId, clientId, resource, accessLevel } = await makeGrant(store)
  const issuedFor = { grantId, clientId, resource, accessLevel }
  const code = { hash: 'code', ...issuedFor, redirectUri: 'uri', codeChallenge: 'challenge', expiresAtMs: 1_000 }
  await store.tokens.insertCode(code)
  const pages = await db.$client.execute('PRAGMA page_count')
  await db.$client.execute(`PRAGMA max_page_count = ${Number(pages.rows[0]?.[0])}`)
  const issued = { accessHash: 'a'.repeat(9_000), accessExpiresAtMs: 5_000, refreshHash: 'refresh', refreshExpiresAtMs: 9_000 }
  const exchange = { codeHash: 'code', familyId: 'fam_1', issued, nowMs: 1 }
  await expect(store.tokens.exchangeCode(exchange)).rejects.toMatchObject({ name: 'StoreFailure', cause: { code: 'SQLITE_FULL' } })
  expect(await store.tokens.findCode('code')).toMatchObject({ hash: 'code', use: undefined })
  expect(await store.tokens.findRefresh('refresh')).toBeUndefined()
  await db.$client.execute('PRAGMA max_page_count = 10000')
  expect(await store.tokens.exchangeCode(exchange)).toBe(true)
})

test('a read-only database refuses writes loudly and still answers', async () => {
  const { db, store } = await openTestDatabase()
  await db.$client.execute('PRAGMA query_only = ON')
  await expect(store.clients.insert({ ...client, id: 'cli_1' })).rejects.toMatchObject({
    name: 'StoreFailure',
    cause: { code: 'SQLITE_READONLY' },
  })
  await expect(store.purge(1)).rejects.toThrow(StoreFailure)
  await expect(store.check()).resolves.toBeUndefined()
})

test('a failure says nothing of what was to be stored', async () => {
  const { db, store } = await openTestDatabase()
  await db.$client.execute('PRAGMA query_only = ON')
  const failure: unknown = await store.clients.insert({ ...client, id: 'secret value' }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StoreFailure)
  expect(describeWithCauses(failure)).not.toContain('secret value')
})

test('what drizzle cannot send is a bug, and says nothing of what was to be stored either', async () => {
  const { store } = await openTestDatabase()
  const { userId } = await makeGrant(store)
  const tokens = { accessToken: 'secret', refreshToken: 'secret', accessExpiresAtMs: Number.POSITIVE_INFINITY }
  const failure: unknown = await store.credentials.replace({ userId, tokens, nowMs: 1 }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ name: 'Error', message: 'a statement could not be made', cause: expect.any(RangeError) })
  expect(describeWithCauses(failure)).not.toMatch(/params|usr_/)
})

test('a row that comes too late, since its user has ended, is told from one that the database has no room for', async () => {
  const { store } = await openTestDatabase()
  await store.clients.insert(client)
  const consent = store.grants.consent({ userId: 'usr_x', clientId: client.id, accessLevel: 'read', resource: 'r', nowMs: 1 })
  await expect(consent).rejects.toThrow(OwnerEnded)
})

test('a broken constraint is a bug and no failure of the database', async () => {
  const { store } = await openTestDatabase()
  await store.clients.insert({ ...client, id: 'cli_1' })
  const again: unknown = await store.clients.insert({ ...client, id: 'cli_1' }).catch((error: unknown) => error)
  expect(again).not.toBeInstanceOf(StoreFailure)
  expect(again).toMatchObject({ cause: { code: 'SQLITE_CONSTRAINT' } })
})

test('finds the cause of the database behind other errors, and passes on what has none', async () => {
  const methods = withStoreFailures({
    fail: (error: Error): Promise<void> => Promise.reject(error),
  })
  const cause = new LibsqlError('disk I/O error', 'SQLITE_IOERR')
  await expect(methods.fail(new Error('outer', { cause }))).rejects.toMatchObject({ name: 'StoreFailure', cause })
  const bug = new TypeError('a bug')
  await expect(methods.fail(bug)).rejects.toBe(bug)
})

async function fillUp(insert: (id: string) => Promise<void>): Promise<unknown> {
  for (let number = 0; number < 1_000; number += 1) {
    try {
      await insert(`cli_${number}`)
    } catch (error) {
      return error
    }
  }
  return undefined
}

function describeWithCauses(error: unknown): string {
  return error instanceof Error ? `${error.stack} ${describeWithCauses(error.cause)}` : String(error)
}
