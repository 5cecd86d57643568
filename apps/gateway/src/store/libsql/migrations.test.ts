import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, test } from 'vitest'
import { readBrokerSchema } from './known-migrations.ts'
import { sessions } from './schema.ts'
import { openTestDatabase } from './testing/database.ts'
import { makeGrant } from './testing/grant.ts'
import { migrateDatabase } from './migrations.ts'

test('migrations are in the order of their making, else drizzle would skip the late one for ever', () => {
  const times = readBrokerSchema().migrations.map((migration) => migration.createdAtMs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(new Set(times).size).toBe(times.length)
})

test('a second run has nothing to do', async () => {
  const { db } = await openTestDatabase()
  const again = await migrateDatabase({ db, name: 'in memory', schema: readBrokerSchema(), log: silentLog })
  expect(again).toEqual({ ok: true, value: { pending: [], unknown: 0 } })
})

test('the database itself refuses an unknown access level', async () => {
  const { db, store } = await openTestDatabase()
  await makeGrant(store)
  await expect(db.$client.execute("update grants set access_level = 'admin'")).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' })
})

test('the database itself refuses a session without a grant', async () => {
  const { db } = await openTestDatabase()
  const row = { id: 'ses_1', hash: 'hash', grantId: 'gra_none', userId: 'usr_1', clientId: 'cli_1', protocolVersion: '2025-11-25' }
  const insert = db.insert(sessions).values({ ...row, createdAtMs: 1, lastUsedAtMs: 1 })
  await expect(insert).rejects.toMatchObject({ cause: { code: 'SQLITE_CONSTRAINT' } })
})
