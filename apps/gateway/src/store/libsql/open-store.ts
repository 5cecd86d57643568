import type { NewId } from '@fjmcp-broker/shared/id'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { createClient } from '@libsql/client/sqlite3'
import type { Sealer } from '../sealing.ts'
import type { Store } from '../store.ts'
import { readApplicationMark, setApplicationMark } from './application-mark.ts'
import { type Database, openConnection } from './connection.ts'
import { endLeases } from './credentials.ts'
import { findLibsqlError } from './failures.ts'
import { createLibsqlStore } from './libsql-store.ts'
import { type FileLocation, notWritable, parseLocation, prepareFile, prepareFolder, prepareLockFile } from './location.ts'
import { migrateDatabase } from './migrations.ts'
import { takeOwnerLock } from './owner-lock.ts'
import { claimDatabase } from './ownership.ts'
import type { StoreRefusal } from './refusal.ts'

export interface StoreOptions {
  /** `file:` and a path; the folder is made where it is missing. `:memory:` for one that nobody else sees and that ends with the process. */
  readonly databaseUrl: string
  /** The Forgejo whose users these are, as the operator set it. */
  readonly forgejoOrigin: string
  /** The client id of the OAuth2 application there. */
  readonly oauthClientId: string
  readonly sealer: Sealer
  readonly newId: NewId
  readonly log: Log
}

/**
 * Opens the broker's database, made and migrated where needed, for this process alone. A refusal says what is wrong with which file and
 * what to do, and has changed nothing in the database. Close the store to give it to the next process.
 */
export async function openStore(options: StoreOptions): Promise<Result<Store, StoreRefusal>> {
  const location = parseLocation(options.databaseUrl)
  if (!location.ok) return location
  if (location.value.kind === 'memory') {
    const db = openConnection({ url: location.value.url, log: options.log })
    return setUp({ options, db, name: 'in memory', release: async () => {} })
  }
  const folder = prepareFolder(location.value)
  if (!folder.ok) return folder
  const lockFile = prepareLockFile(location.value)
  if (!lockFile.ok) return lockFile
  const lock = await takeOwnerLock(location.value)
  if (!lock.ok) return lock
  const { release } = lock.value
  let isOpen = false
  try {
    const store = await openOwned({ options, location: location.value, release })
    isOpen = store.ok
    return store
  } catch (error) {
    return err(explain(error, location.value.path))
  } finally {
    if (!isOpen) await release()
  }
}

async function openOwned({
  options,
  location,
  release,
}: {
  readonly options: StoreOptions
  readonly location: FileLocation
  readonly release: () => Promise<void>
}): Promise<Result<Store, StoreRefusal>> {
  const file = prepareFile(location)
  if (!file.ok) return file
  const mark = readApplicationMark(location)
  if (!mark.ok) return mark
  if (mark.value === 'empty') await markAsOurs(location)
  const db = openConnection({ url: location.url, log: options.log })
  return setUp({ options, db, name: location.path, release })
}

/** With a connection of its own, before the first one that turns the write-ahead log on: the mark has to reach the file itself. */
async function markAsOurs(location: FileLocation): Promise<void> {
  const client = createClient({ url: location.url, concurrency: 1 })
  try {
    await client.execute(setApplicationMark)
  } finally {
    client.close()
  }
}

async function setUp({
  options,
  db,
  name,
  release,
}: {
  readonly options: StoreOptions
  readonly db: Database
  readonly name: string
  readonly release: () => Promise<void>
}): Promise<Result<Store, StoreRefusal>> {
  const { sealer, newId, log } = options
  let isOpen = false
  try {
    const migrated = await migrateDatabase(db, name)
    if (!migrated.ok) return migrated
    const claimed = await claimDatabase({ db, name, identity: options, log })
    if (!claimed.ok) return claimed
    await endLeases(db)
    isOpen = true
    log.info('store_opened', { migrations: migrated.value })
    return ok(createLibsqlStore({ db, sealer, newId, log, release }))
  } finally {
    if (!isOpen) db.$client.close()
  }
}

function explain(error: unknown, path: string): StoreRefusal {
  const cause = findLibsqlError(error)
  if (cause === undefined) throw error
  switch (cause.code) {
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
      return notWritable(path, cause.code)
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return { reason: 'not_a_database', message: `The database ${path} is damaged (${cause.code}). Restore a backup, or move it aside.` }
    case 'SQLITE_BUSY':
      return { reason: 'second_owner', message: `The database ${path} is locked by another program. End that one and start again.` }
    default:
      return { reason: 'unusable', message: `The database ${path} cannot be used (${cause.code}). Look at the disk it is on: is it full?` }
  }
}
