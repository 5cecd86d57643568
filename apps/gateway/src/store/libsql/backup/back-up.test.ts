import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client/sqlite3'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readBrokerSchema } from '../known-migrations.ts'
import { executeOn } from '../testing/execute.ts'
import { fileLocation } from '../testing/file-location.ts'
import { makeGrant } from '../testing/grant.ts'
import { hashFiles } from '../testing/hash-files.ts'
import { openStoreFile } from '../testing/open-file.ts'
import { startProcess } from '../testing/process.ts'
import { makeTemporaryFolder } from '../testing/temporary-folder.ts'
import { backUpToFile, backUpToStream } from './back-up.ts'
import { removeStaleCopies, temporaryCopyPath } from './temporary-copy.ts'

const never = new AbortController().signal
const nowMs = Date.now()
const schemaFormatOffset = 44
const dayMs = 24 * 60 * 60_000

test('holds all that was acknowledged before it began and one moment of what is written meanwhile, which nobody has to wait for', async () => {
  const { path, location, folder } = await makeUsed()
  await executeOn(path, 'create table rows (id text primary key)')
  const before = await hammer(path, 'before', 200)
  const { acknowledged: earlier } = await before.report()

  const meanwhile = await hammer(path, 'meanwhile', 2_000)
  const moments: number[] = []
  const running = meanwhile.report()
  const state = { isRunning: true }
  void running.then(() => (state.isRunning = false))
  while (state.isRunning) {
    const target = join(folder, `backup-${moments.length}.db`)
    expect(await backUpToFile({ location, path: target, stopping: never, nowMs })).toMatchObject({ ok: true })
    const backup = await inspect(target)
    expect(backup).toMatchObject({ integrity: 'ok', applicationId: 0x46_4a_4d_42 })
    const later = backup.rows.filter((id) => !earlier.includes(id))
    expect(backup.rows.length - later.length).toBe(earlier.length)
    // What one writer wrote one after the other is in the copy up to some moment, without a gap.
    expect(later).toEqual(later.map((_, number) => `meanwhile-${number}`))
    moments.push(later.length)
  }
  const { acknowledged, busy } = await running
  expect({ count: acknowledged.length, busy }).toEqual({ count: 2_000, busy: 0 })
  expect((await inspect(path)).rows).toHaveLength(earlier.length + 2_000)
  expect(moments.some((count) => count > 0 && count < 2_000)).toBe(true)
})

test('is a database that a broker opens, for our eyes only, with nothing beside it', async () => {
  const { location, folder } = await makeUsed()
  const target = join(folder, 'backups', 'first.db')
  mkdirSync(join(folder, 'backups'))
  const made = await backUpToFile({ location, path: target, stopping: never, nowMs })
  expect(made).toEqual({ ok: true, value: { bytes: statSync(target).size, migrations: readBrokerSchema().migrations.length } })
  expect(statSync(target).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(folder, 'backups'))).toEqual(['first.db'])
  const store = await openStoreFile(target)
  expect((await store.clients.find('cli_editor'))?.name).toBe('Editor')
  await store.close()
})

test('has what a killed broker left in its write-ahead log, which stays as it is, and no token in the clear', async () => {
  const folder = makeTemporaryFolder()
  const path = join(folder, 'broker.db')
  const owner = startProcess(new URL('../testing/keep-open.ts', import.meta.url), [path])
  expect(await owner.nextLine()).toBe('open')
  owner.kill('SIGKILL')
  await owner.ended
  const before = hashFiles(folder)
  const target = join(makeTemporaryFolder(), 'backup.db')
  expect(await backUpToFile({ location: fileLocation(path), path: target, stopping: never, nowMs })).toMatchObject({ ok: true })
  expect(hashFiles(folder)).toEqual(before)
  const bytes = readFileSync(target, 'latin1')
  expect(bytes).toContain('session hash')
  for (const secret of ['access of 1', 'refresh of 1', 'upstream code verifier']) expect(bytes).not.toContain(secret)
})

test('goes to a stream whole, from a copy that has no name any more', async () => {
  const { location, folder } = await makeUsed()
  const before = readdirSync(folder)
  const output = new PassThrough()
  const received = output.toArray()
  let isUnnamed = false
  const onUnnamed = (): void => {
    isUnnamed = readdirSync(folder).every((name) => !name.startsWith('.fjmcp'))
  }
  const made = await backUpToStream({ location, output, stopping: never, nowMs, onUnnamed })
  const target = join(folder, 'received.db')
  writeFileSync(target, Buffer.concat(await received))
  expect(made).toMatchObject({ ok: true, value: { bytes: statSync(target).size } })
  expect(isUnnamed).toBe(true)
  expect(await inspect(target)).toMatchObject({ integrity: 'ok' })
  expect(withoutLog(readdirSync(folder))).toEqual([...withoutLog(before), 'received.db'].toSorted())
})

/** SQLite takes the two files of its write-ahead log away when libsql's objects are collected, whenever that is. */
function withoutLog(names: readonly string[]): readonly string[] {
  return names.filter((name) => !/-(?:shm|wal)$/.test(name)).toSorted()
}

test.each([
  ['EPIPE', 'output_closed', 'Standard output was closed'],
  ['ENOSPC', 'no_room', 'There is no room where standard output goes (ENOSPC)'],
  ['EIO', 'cannot_write', 'Standard output cannot be written (EIO)'],
])('says what is wrong when the stream ends with %s', async (code, reason, words) => {
  const { location } = await makeUsed()
  const output = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error('failed'), { code })) })
  const made = await backUpToStream({ location, output, stopping: never, nowMs, onUnnamed: () => {} })
  expect(made).toMatchObject({ ok: false, error: { reason, message: expect.stringContaining(words) } })
})

test('gives up when asked to, and leaves nothing', async () => {
  const { location, folder } = await makeUsed()
  const target = join(folder, 'backup.db')
  const failure = { ok: false, error: { reason: 'interrupted' } }
  expect(await backUpToFile({ location, path: target, stopping: AbortSignal.abort(), nowMs })).toMatchObject(failure)
  const stop = new AbortController()
  const output = new Writable({ write: () => stop.abort() })
  expect(await backUpToStream({ location, output, stopping: stop.signal, nowMs, onUnnamed: () => {} })).toMatchObject(failure)
  expect(readdirSync(folder).filter((name) => name.startsWith('.') || name === 'backup.db')).toEqual([])
})

test('leaves a file alone that exists, and the names that belong to the database', async () => {
  const { path, location, folder } = await makeUsed()
  const taken = join(folder, 'taken')
  writeFileSync(taken, 'notes')
  const before = hashFiles(folder)
  for (const target of [taken, path, folder, `${path}-wal`, `${path}-journal`]) {
    expect(await backUpToFile({ location, path: target, stopping: never, nowMs })).toMatchObject({ error: { reason: 'target_exists' } })
  }
  expect(hashFiles(folder)).toEqual(before)
})

test('says that there is no such folder', async () => {
  const { location, folder } = await makeUsed()
  for (const target of [join(folder, 'none', 'backup.db'), join(location.path, 'backup.db')]) {
    const made = await backUpToFile({ location, path: target, stopping: never, nowMs })
    expect(made).toMatchObject({ error: { reason: 'cannot_write', message: expect.stringContaining('There is no folder') } })
  }
})

test('does not take a missing, empty or foreign database for the broker’s, and touches none', async () => {
  const folder = makeTemporaryFolder()
  const path = join(folder, 'broker.db')
  const target = join(folder, 'backup.db')
  const location = fileLocation(path)
  const reasonOf = async (): Promise<unknown> => {
    const made = await backUpToFile({ location, path: target, stopping: never, nowMs })
    return made.ok ? undefined : made.error.reason
  }
  expect(await reasonOf()).toBe('no_database')
  writeFileSync(path, '')
  expect(await reasonOf()).toBe('no_database')
  const other = createClient({ url: location.url, concurrency: 1 })
  await other.executeMultiple('PRAGMA journal_mode = WAL; create table clients (id text); insert into clients values (1)')
  const before = ['', '-wal', '-shm'].map((suffix) => readFileSync(path + suffix).toString('hex'))
  expect(await reasonOf()).toBe('foreign_database')
  expect(['', '-wal', '-shm'].map((suffix) => readFileSync(path + suffix).toString('hex'))).toEqual(before)
  other.close()
  expect(existsSync(target)).toBe(false)
})

test('does not pass a damaged database on', async () => {
  const { path, location, folder } = await makeUsed()
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xff, bytes.length - 8 * 4_096))
  const made = await backUpToFile({ location, path: join(folder, 'backup.db'), stopping: never, nowMs })
  expect(made).toMatchObject({ error: { reason: 'damaged' } })
  expect(existsSync(join(folder, 'backup.db'))).toBe(false)
})

test('blames the database, and not the folder, for a schema that nobody can read', async () => {
  const { path, location, folder } = await makeUsed()
  const bytes = readFileSync(path)
  bytes.writeUInt32BE(99, schemaFormatOffset)
  writeFileSync(path, bytes)
  const made = await backUpToFile({ location, path: join(folder, 'backup.db'), stopping: never, nowMs })
  expect(made).toMatchObject({ error: { reason: 'damaged', detail: 'The database is damaged (SQLITE_ERROR)' } })
})

test('takes the place of nothing that was made meanwhile', async () => {
  const { location, folder } = await makeUsed()
  const target = join(folder, 'backup.db')
  const making = backUpToFile({ location, path: target, stopping: never, nowMs })
  writeFileSync(target, 'notes')
  expect(await making).toMatchObject({ error: { reason: 'target_exists' } })
  expect(readFileSync(target, 'utf8')).toBe('notes')
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
})

test('removes the copies of killed processes after a day, and not those of processes at work, seen or not', () => {
  const folder = makeTemporaryFolder()
  const own = temporaryCopyPath(folder)
  const unseen = own.replace(`.${process.pid}.`, `.${process.ppid}.`)
  const copies = [own, unseen].flatMap((copy) => ['', '-journal', '-wal'].map((suffix) => copy + suffix))
  for (const copy of copies) writeFileSync(copy, '')
  writeFileSync(join(folder, 'broker.db'), '')
  const names = readdirSync(folder)
  removeStaleCopies(folder, Date.now() + dayMs / 2)
  expect(readdirSync(folder)).toEqual(names)
  removeStaleCopies(folder, Date.now() + dayMs * 2)
  expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([own, `${own}-journal`, `${own}-wal`, join(folder, 'broker.db')])
})

test('is made although a copy in its folder cannot be removed', async () => {
  const { location, folder } = await makeUsed()
  const others = join(folder, '.fjmcp-broker-copy.1.1')
  mkdirSync(others)
  const made = await backUpToFile({ location, path: join(folder, 'backup.db'), stopping: never, nowMs: Date.now() + dayMs * 2 })
  expect(made).toMatchObject({ ok: true })
  expect(existsSync(others)).toBe(true)
})

async function makeUsed() {
  const folder = makeTemporaryFolder()
  const path = join(folder, 'broker.db')
  const store = await openStoreFile(path)
  await makeGrant(store)
  await store.close()
  return { folder, path, location: fileLocation(path) }
}

const hammered = z.object({ acknowledged: z.array(z.string()), busy: z.number() })

async function hammer(path: string, name: string, count: number) {
  const program = new URL('../testing/hammer.ts', import.meta.url)
  const process = startProcess(program, [pathToFileURL(path).href, name, String(count)])
  expect(await process.nextLine()).toBe('ready')
  return {
    report: async () => {
      process.proceed()
      return hammered.parse(JSON.parse(await process.nextLine()))
    },
  }
}

async function inspect(path: string) {
  // Whoever used it last may still be closing it.
  const client = createClient({ url: pathToFileURL(path).href, timeout: 5_000, concurrency: 1 })
  const [integrity] = (await client.execute('pragma integrity_check')).rows
  const [application] = (await client.execute('pragma application_id')).rows
  const tables = await client.execute("select name from sqlite_schema where name = 'rows'")
  const rows = tables.rows.length === 0 ? [] : (await client.execute('select id from rows order by rowid')).rows
  client.close()
  return {
    integrity: integrity?.['integrity_check'],
    applicationId: application?.['application_id'],
    rows: z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id),
  }
}
