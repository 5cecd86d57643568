import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { silentLog } from '@fjmcp-broker/shared/log'
import { createClient } from '@libsql/client/sqlite3'
import { expect, test } from 'vitest'
import { setApplicationMark } from './application-mark.ts'
import { readBrokerSchema } from './known-migrations.ts'
import { migrateFile, planFile } from './migrate-file.ts'
import { cutWriteShort } from './testing/cut-write-short.ts'
import { fileLocation } from './testing/file-location.ts'
import { makeGrant } from './testing/grant.ts'
import { hashFiles } from './testing/hash-files.ts'
import { openFile, openStoreFile } from './testing/open-file.ts'
import { addition, makeLaterVersion, upheaval } from './testing/schema-of-version.ts'
import { makeTemporaryFolder } from './testing/temporary-folder.ts'

const schema = readBrokerSchema()
const later = () => makeLaterVersion('0.3.0', [addition, upheaval]).schema

test('a database that is not there yet is left to the next start', async () => {
  const path = join(makeTemporaryFolder(), 'data', 'broker.db')
  expect(await planFile(fileLocation(path), schema)).toEqual({ ok: true, value: undefined })
  expect(await migrateFile({ location: fileLocation(path), schema, log: silentLog })).toEqual({ ok: true, value: undefined })
  expect(existsSync(dirname(path))).toBe(false)
})

test('says what is pending, also while a broker writes, and changes nothing', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const location = fileLocation(path)
  const store = await openStoreFile(path)
  await makeGrant(store)
  const before = hashFiles(dirname(path))
  expect(await planFile(location, schema)).toEqual({ ok: true, value: { pending: [], unknown: 0 } })
  const pending = [expect.objectContaining({ tag: '0001_addition' }), expect.objectContaining({ tag: '0002_upheaval' })]
  expect(await planFile(location, later())).toEqual({ ok: true, value: { pending, unknown: 0 } })
  expect(hashFiles(dirname(path))).toEqual(before)
  expect(await migrateFile({ location, schema: later(), log: silentLog })).toMatchObject({ error: { reason: 'second_owner' } })
  await store.close()
  expect(await planFile(location, later())).toMatchObject({ ok: true, value: { pending } })
})

test('migrates a stopped database, into the one file', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const location = fileLocation(path)
  await (await openStoreFile(path)).close()
  const newer = later()
  expect(await migrateFile({ location, schema: newer, log: silentLog })).toMatchObject({ ok: true, value: { pending: [{}, {}] } })
  expect(readFileSync(path).includes('nickname')).toBe(true)
  expect(await migrateFile({ location, schema: newer, log: silentLog })).toEqual({ ok: true, value: { pending: [], unknown: 0 } })
  expect(await planFile(location, schema)).toMatchObject({ error: { reason: 'newer_database' } })
  expect(await openFile(path)).toMatchObject({ error: { reason: 'newer_database' } })
})

test('says of a write that was cut short what the next start does with it, and does it', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const location = fileLocation(path)
  await cutWriteShort(path, setApplicationMark)
  const before = hashFiles(dirname(path))
  expect(await planFile(location, schema)).toEqual({ ok: true, value: 'interrupted' })
  expect(hashFiles(dirname(path))).toEqual(before)
  expect(await migrateFile({ location, schema, log: silentLog })).toMatchObject({ ok: true, value: { pending: schema.migrations } })
  expect(await planFile(location, schema)).toEqual({ ok: true, value: { pending: [], unknown: 0 } })
})

test('refuses what is no database of ours, and touches neither it nor what is beside it', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const location = fileLocation(path)
  writeFileSync(path, 'notes')
  expect(await planFile(location, schema)).toMatchObject({ error: { reason: 'not_a_database' } })
  writeFileSync(path, '')
  expect(await planFile(location, schema)).toEqual({ ok: true, value: undefined })
  const other = createClient({ url: location.url, concurrency: 1 })
  await other.executeMultiple('PRAGMA journal_mode = WAL; create table clients (id text); insert into clients values (1)')
  const read = (): readonly string[] => ['', '-wal', '-shm'].map((suffix) => readFileSync(path + suffix).toString('hex'))
  const before = read()
  expect(await planFile(location, schema)).toMatchObject({ error: { reason: 'foreign_database' } })
  expect(await migrateFile({ location, schema, log: silentLog })).toMatchObject({ error: { reason: 'foreign_database' } })
  expect(read()).toEqual(before)
  other.close()
})
