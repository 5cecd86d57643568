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
import { carryOut, migrateDatabase, type MigrationOptions } from './migrations.ts'
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
  const state = found.value
  if (state === 'empty') {
    await markAsOurs(location)
    return migrateOrClose({ db: openConnection({ url: location.url, log }), name: location.path, schema, log })
  }
  const plan = await judge({ state, name: location.path, schema, identity })
  if (!plan.ok) return plan
  const db = openConnection({ url: location.url, log })
  return orClose(db, async () => {
    await carryOut({ db, plan: plan.value, facts: state.facts, schema, log })
    return plan
  })
}

/** Brings an opened database to a schema; it is closed where that is refused. */
export function migrateOrClose(options: MigrationOptions): Promise<Result<PreparedDatabase, StoreRefusal>> {
  return orClose(options.db, () => migrateDatabase(options))
}

async function orClose(
  db: Database,
  migrate: () => Promise<Result<MigrationPlan, StoreRefusal>>,
): Promise<Result<PreparedDatabase, StoreRefusal>> {
  let isOpen = false
  try {
    const plan = await migrate()
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
}): Promise<Result<MigrationPlan, StoreRefusal>> {
  const plan = await planMigration({ state, schema, name })
  if (!plan.ok || identity === undefined) return plan
  const owned = checkIdentity({ state, name, identity })
  return owned.ok ? plan : owned
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
