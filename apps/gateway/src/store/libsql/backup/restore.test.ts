import { execFileSync } from 'node:child_process'
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { createClient } from '@libsql/client/sqlite3'
import { describe, expect, test } from 'vitest'
import { readBrokerSchema } from '../known-migrations.ts'
import { executeOn } from '../testing/execute.ts'
import { fileLocation } from '../testing/file-location.ts'
import { makeGrant } from '../testing/grant.ts'
import { hashFiles } from '../testing/hash-files.ts'
import { openStoreFile } from '../testing/open-file.ts'
import { startProcess } from '../testing/process.ts'
import { addition, makeLaterVersion, upheaval } from '../testing/schema-of-version.ts'
import { makeTemporaryFolder } from '../testing/temporary-folder.ts'
import type { BackupFailure } from './failure.ts'
import type { BackupSource } from './receive-backup.ts'
import { restoreBackup } from './restore.ts'
import { createTestSealer, type TestKeys } from '../testing/sealer.ts'

const restoredAtMs = Date.UTC(2026, 10, 23, 14, 5, 6, 7)
const keptName = 'broker.db.before-restore-20261123T140506.007Z'

test('puts a backup in the place of a database and keeps what was there', async () => {
  const path = await makeDatabase('old')
  const source = await makeDatabase('new')
  const kept = join(dirname(path), keptName)
  const restored = await restore(path, { path: source })
  expect(restored).toEqual({ ok: true, value: { bytes: statSync(source).size, pendingMigrations: 0, kept } })
  expect(await clientsOf(path)).toEqual(['new'])
  expect(await clientsOf(kept)).toEqual(['old'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFiles(dirname(path))).toEqual(['broker.db', keptName])
})

test('makes the database from a stream where there is none, folder and all', async () => {
  const path = join(makeTemporaryFolder(), 'data', 'broker.db')
  const bytes = readFileSync(await makeDatabase('new'))
  const restored = await restore(path, { stream: Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]) })
  expect(restored).toMatchObject({ ok: true, value: { kept: undefined } })
  expect(await clientsOf(path)).toEqual(['new'])
})

test('takes a plain copy of a database that was in use, together with its write-ahead log', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const copied = await copyOfKilled()
  expect(await restore(path, { path: join(copied, 'broker.db') })).toMatchObject({ ok: true })
  expect(await clientsOf(path)).toEqual(['cli_editor'])
})

test('keeps in one file what a killed broker left in its write-ahead log', async () => {
  const path = join(await copyOfKilled(), 'broker.db')
  expect(await restore(path, { path: await makeDatabase('new') })).toMatchObject({ ok: true })
  expect(hashFiles(dirname(path))).toEqual({ 'broker.db': expect.any(String), [keptName]: expect.any(String) })
  expect(await clientsOf(path)).toEqual(['new'])
  expect(await clientsOf(join(dirname(path), keptName))).toEqual(['cli_editor'])
})

test('keeps a damaged database with its write-ahead log beside it, and does not let the log meet the new one', async () => {
  const folder = makeTemporaryFolder()
  const path = join(folder, 'broker.db')
  const owner = await makeDatabase('old')
  const store = await openStoreFile(owner)
  await store.setForgejoVersion('15.0.3')
  for (const suffix of ['', '-wal']) cpSync(owner + suffix, path + suffix)
  await store.close()
  writeFileSync(path, readFileSync(path).fill(0xff))
  const before = hashFiles(folder)
  expect(await restore(path, { path: await makeDatabase('new') })).toMatchObject({ ok: true })
  const after = hashFiles(folder)
  expect([after[keptName], after[`${keptName}-wal`]]).toEqual([before['broker.db'], before['broker.db-wal']])
  expect(await clientsOf(path)).toEqual(['new'])
  expect(readFiles(folder)).toEqual(['broker.db', keptName])
})

test('takes a backup of an older version, which the next start migrates', async () => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const { schema } = makeLaterVersion('0.2.0', [addition])
  expect(await restore(path, { path: await makeDatabase('new') }, { schema })).toMatchObject({ ok: true, value: { pendingMigrations: 1 } })
})

describe('a backup is refused, and nothing is touched,', () => {
  test('when it is none', async () => {
    const text = join(makeTemporaryFolder(), 'notes')
    writeFileSync(text, 'notes '.repeat(100))
    const empty = join(makeTemporaryFolder(), 'empty')
    writeFileSync(empty, '')
    const other = join(makeTemporaryFolder(), 'other.db')
    await executeOn(other, 'create table clients (id text)')
    const unused = join(makeTemporaryFolder(), 'unused.db')
    await executeOn(unused, 'PRAGMA application_id = 1179471170')
    for (const source of [text, empty, other, unused]) expect(await refusalOf({ path: source })).toBe('not_a_backup')
    expect(await refusalOf({ stream: Readable.from([]) })).toBe('not_a_backup')
  })

  test('when it cannot be read, or is the database itself', async () => {
    const folder = makeTemporaryFolder()
    expect(await refusalOf({ path: join(folder, 'none') })).toBe('cannot_read')
    expect(await refusalOf({ path: folder })).toBe('cannot_read')
    const path = await makeDatabase('old')
    const link = join(folder, 'link.db')
    linkSync(path, link)
    for (const source of [path, link]) expect(await restore(path, { path: source })).toMatchObject({ error: { reason: 'not_a_backup' } })
  })

  test('when it is a pipe, which might never end, at once', async () => {
    const pipe = join(makeTemporaryFolder(), 'pipe')
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
    // In a process of its own: one that waits for the pipe's writer could not even be told to stop.
    const path = join(makeTemporaryFolder(), 'broker.db')
    const restoring = startProcess(new URL('../testing/killed-restore.ts', import.meta.url), [path, pipe, 'Infinity'])
    expect(await restoring.nextLine()).toBe(`${pipe} is not a file. Name a backup.`)
  })

  test('when the write-ahead log beside it is not a file', async () => {
    const source = await makeDatabase('new')
    rmSync(`${source}-wal`, { force: true })
    mkdirSync(`${source}-wal`)
    expect(await failureOf({ path: source })).toMatchObject({
      reason: 'cannot_read',
      detail: `${source}-wal, which belongs to the backup, is not a file`,
    })
  })

  test('when the disk or the network fails to give all of it, which says nothing of the folder it goes to', async () => {
    const source = await makeDatabase('new')
    // A file whose reading fails with EIO.
    rmSync(`${source}-wal`, { force: true })
    symlinkSync('/proc/self/mem', `${source}-wal`)
    expect(await failureOf({ path: source })).toMatchObject({ reason: 'cannot_read', detail: `${source}-wal cannot be read (EIO)` })
    const failing = new Readable({ read: () => failing.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' })) })
    expect(await failureOf({ stream: failing })).toMatchObject({
      reason: 'cannot_read',
      detail: 'standard input cannot be read (ECONNRESET)',
    })
  })

  test('when it is damaged, or not all of it came', async () => {
    const source = await makeDatabase('new')
    const bytes = readFileSync(source)
    expect(await refusalOf({ stream: Readable.from([bytes.subarray(0, bytes.length / 2)]) })).toBe('damaged')
    writeFileSync(source, bytes.fill(0xff, bytes.length - 6 * 4_096))
    expect(await refusalOf({ path: source })).toBe('damaged')
  })

  test('when this version cannot use it', async () => {
    const source = join(makeTemporaryFolder(), 'backup.db')
    const { schema } = makeLaterVersion('0.3.0', [addition, upheaval])
    await (await openStoreFile(source, { schema })).close()
    expect(await refusalOf({ path: source })).toBe('newer_database')
  })

  test('when it belongs to other settings', async () => {
    const source = await makeDatabase('new')
    expect(await refusalOf({ path: source }, { forgejoOrigin: 'https://elsewhere.test' })).toBe('other_forgejo')
    expect(await refusalOf({ path: source }, { oauthClientId: 'other' })).toBe('other_client_id')
    expect(await refusalOf({ path: source }, { secrets: ['new secret'] })).toBe('missing_key')
    expect(await restore(await makeDatabase('old'), { path: source }, { secrets: ['new secret', 'client secret'] })).toMatchObject({
      ok: true,
    })
  })

  test('while a broker uses the database', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const store = await openStoreFile(path)
    const source = { path: await makeDatabase('new') }
    expect(await restore(path, source)).toMatchObject({ error: { reason: 'second_owner' } })
    await store.close()
    expect(await restore(path, source)).toMatchObject({ ok: true })
  })

  test('when the database that it should replace is of another program', async () => {
    const path = join(makeTemporaryFolder(), 'broker.db')
    const other = createClient({ url: fileLocation(path).url, concurrency: 1 })
    await other.executeMultiple('PRAGMA journal_mode = WAL; create table clients (id text); insert into clients values (1)')
    const before = ['', '-wal', '-shm'].map((suffix) => readFileSync(path + suffix).toString('hex'))
    expect(await restore(path, { path: await makeDatabase('new') })).toMatchObject({ error: { reason: 'foreign_database' } })
    expect(['', '-wal', '-shm'].map((suffix) => readFileSync(path + suffix).toString('hex'))).toEqual(before)
    other.close()
  })

  test('when it is told to stop', async () => {
    expect(await refusalOf({ path: await makeDatabase('new') }, { stopping: AbortSignal.abort() })).toBe('interrupted')
  })
})

test('leaves the old database or the new one, each whole, whenever it is killed', async () => {
  const source = await makeDatabase('new')
  const killed = await copyOfKilled()
  const changes = [...Array.from({ length: 9 }, (_, index) => index + 1), Infinity]
  const found = await Promise.all(changes.map((change) => killBefore(change, { killed, source })))
  // Before the first change it is the old one, after the last the new one, and in between one follows the other once.
  const firstNew = found.findIndex(({ client }) => client === 'new')
  expect(firstNew).toBeGreaterThan(5)
  expect(found.map(({ client }) => client)).toEqual(found.map((_, index) => (index < firstNew ? 'cli_editor' : 'new')))
  expect(found.flatMap(({ old }) => old)).toEqual(found.map(() => 'cli_editor'))
  expect(found.at(-1)?.isDone).toBe(true)
}, 90_000)

/** Restores, with a kill before the n-th change, and says what is in the place then, where the old one is, and whether it was done. */
async function killBefore(change: number, { killed, source }: { readonly killed: string; readonly source: string }) {
  const path = join(makeTemporaryFolder(), 'broker.db')
  cpSync(killed, dirname(path), { recursive: true })
  const restoring = startProcess(new URL('../testing/killed-restore.ts', import.meta.url), [path, source, String(change)])
  const isDone = await restoring.nextLine().then(
    (line) => line === 'restored',
    () => false,
  )
  await restoring.ended
  const [client] = await clientsOf(path)
  const kept = readdirSync(dirname(path)).find((name) => /before-restore-[^-]+$/.test(name))
  const old = client === 'new' ? await clientsOf(join(dirname(path), kept ?? 'nothing kept')) : [client]
  // The next one, a day later, has all in order again.
  const later = Date.now() + 48 * 60 * 60_000
  expect(await restore(path, { path: source }, { nowMs: later })).toMatchObject({ ok: true })
  expect(readFiles(dirname(path)).filter((name) => name.startsWith('.'))).toEqual([])
  expect(statSync(path).nlink).toBe(1)
  return { client, old, isDone }
}

interface Differing extends TestKeys {
  readonly forgejoOrigin?: string
  readonly oauthClientId?: string
  readonly schema?: ReturnType<typeof readBrokerSchema>
  readonly nowMs?: number
  readonly stopping?: AbortSignal
}

async function restore(
  path: string,
  source: BackupSource,
  {
    forgejoOrigin = 'https://forgejo.test',
    oauthClientId = 'application',
    schema = readBrokerSchema(),
    nowMs = restoredAtMs,
    stopping = new AbortController().signal,
    ...keys
  }: Differing = {},
) {
  const identity = { forgejoOrigin, oauthClientId, sealer: await createTestSealer(keys) }
  return restoreBackup({ location: fileLocation(path), source, schema, identity, nowMs, stopping })
}

/** Why it is refused, in the place of a database that has to stay as it is. */
async function refusalOf(source: BackupSource, differing?: Differing): Promise<string | undefined> {
  return (await failureOf(source, differing))?.reason
}

/** The same, with all that is said of it. */
async function failureOf(source: BackupSource, differing?: Differing): Promise<BackupFailure | undefined> {
  const path = join(await copyOfKilled(), 'broker.db')
  const before = hashFiles(dirname(path))
  const restored = await restore(path, source, differing)
  expect(hashFiles(dirname(path))).toEqual(before)
  return restored.ok ? undefined : restored.error
}

/**
 * A closed database of somebody who has signed in, known by its client. It is a copy: libsql lets go of what it closed, and takes the
 * write-ahead log away, only when its objects are collected.
 */
async function makeDatabase(clientId: string): Promise<string> {
  const [made, folder] = [makeTemporaryFolder(), makeTemporaryFolder()]
  const store = await openStoreFile(join(made, 'broker.db'))
  await makeGrant(store, { clientId })
  await store.close()
  cpSync(made, folder, { recursive: true, filter: (name) => !name.includes('.lock') })
  return join(folder, 'broker.db')
}

/** The folder of a database whose broker was killed: nearly all of it is in the write-ahead log. */
async function copyOfKilled(): Promise<string> {
  const folder = makeTemporaryFolder()
  const path = join(makeTemporaryFolder(), 'broker.db')
  const store = await openStoreFile(path)
  await makeGrant(store)
  // Copied as it lies there while it is in use.
  cpSync(dirname(path), folder, { recursive: true, filter: (name) => !name.includes('.lock') })
  await store.close()
  return folder
}

async function clientsOf(path: string): Promise<readonly unknown[]> {
  const store = await openStoreFile(path)
  await store.close()
  const client = createClient({ url: fileLocation(path).url, concurrency: 1 })
  const { rows } = await client.execute('select id from clients')
  client.close()
  return rows.map((row) => row['id'])
}

function readFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.includes('.lock') && !/-(?:wal|shm)$/.test(name))
    .toSorted()
}
