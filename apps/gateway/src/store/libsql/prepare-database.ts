import type { Log } from '@fjmcp-broker/shared/log'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import { createClient } from '@libsql/client/sqlite3'
import { readApplicationMark, setApplicationMark } from './application-mark.ts'
import type { BrokerIdentity } from './broker-identity.ts'
import { type Database, openConnection } from './connection.ts'
import { type DatabaseState, readDatabaseState, withAttached, withReadOnly } from './database-state.ts'
import { examineDatabase } from './examine-database.ts'
import type { BrokerSchema } from './known-migrations.ts'
import { type FileLocation, prepareFile } from './location.ts'
import { type MigrationPlan, planMigration } from './migration-plan.ts'
import { migrateDatabase, type MigrationOptions } from './migrations.ts'
import { checkIdentity } from './ownership.ts'
import type { StoreRefusal } from './refusal.ts'

export interface PreparedDatabase {
  readonly db: Database
  readonly plan: MigrationPlan
}

/**
 * Opens a database file that this process owns, made and migrated where needed. A refusal has changed none of its files.
 *
 * @param identity Whose it has to be, where that matters.
 */
export async function prepareDatabase({
  location,
  schema,
  identity,
  log,
}: {
  readonly location: FileLocation
  readonly schema: BrokerSchema
  readonly identity?: BrokerIdentity
  readonly log: Log
}): Promise<Result<PreparedDatabase, StoreRefusal>> {
  const file = prepareFile(location)
  if (!file.ok) return file
  // Judged before anything is changed, since the first connection that may write moves a write-ahead log into it.
  const found = await takeBackAndExamine(location)
  if (!found.ok) return found
  if (found.value === 'empty') await markAsOurs(location)
  else {
    const usable = await judge({ state: found.value, name: location.path, schema, identity })
    if (!usable.ok) return usable
  }
  const db = openConnection({ url: location.url, log })
  return migrateOrClose({ db, name: location.path, schema, log })
}

/** Brings an opened database to a schema; it is closed where that is refused. */
export async function migrateOrClose(options: MigrationOptions): Promise<Result<PreparedDatabase, StoreRefusal>> {
  const { db } = options
  let isOpen = false
  try {
    const plan = await migrateDatabase(options)
    isOpen = plan.ok
    return plan.ok ? ok({ db, plan: plan.value }) : plan
  } finally {
    if (!isOpen) db.$client.close()
  }
}

/** Says what is in a database after a write that was cut short is taken back. That may have been the very first, which marked it as ours. */
async function takeBackAndExamine(location: FileLocation): Promise<Result<'empty' | DatabaseState, StoreRefusal>> {
  const found = await examineDatabase(location)
  if (!found.ok) return found
  if (found.value !== 'interrupted') return ok(found.value)
  // Any connection that may write takes it back before it reads.
  await withAttached({ uri: location.url }, readDatabaseState)
  const mark = readApplicationMark(location)
  if (!mark.ok) return mark
  return ok(mark.value === 'empty' ? 'empty' : await withReadOnly(location, readDatabaseState))
}

async function judge({
  state,
  name,
  schema,
  identity,
}: {
  readonly state: DatabaseState
  readonly name: string
  readonly schema: BrokerSchema
  readonly identity: BrokerIdentity | undefined
}): Promise<Result<unknown, StoreRefusal>> {
  const plan = await planMigration({ state, schema, name })
  return !plan.ok || identity === undefined ? plan : checkIdentity({ state, name, identity })
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
