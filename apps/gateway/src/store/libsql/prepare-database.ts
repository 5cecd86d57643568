import { existsSync } from 'node:fs'
import type { Log } from '@fjmcp-broker/shared/log'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import { createClient } from '@libsql/client/sqlite3'
import { readApplicationMark, setApplicationMark } from './application-mark.ts'
import { type Database, openConnection } from './connection.ts'
import { inspectDatabase } from './database-state.ts'
import type { BrokerSchema } from './known-migrations.ts'
import { type FileLocation, prepareFile } from './location.ts'
import { type MigrationPlan, planMigration } from './migration-plan.ts'
import { migrateDatabase } from './migrations.ts'
import { type BrokerIdentity, checkIdentity } from './ownership.ts'
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
  const mark = readApplicationMark(location)
  if (!mark.ok) return mark
  if (mark.value === 'empty') await markAsOurs(location)
  else {
    const usable = await look({ location, schema, identity })
    if (!usable.ok) return usable
  }
  const db = openConnection({ url: location.url, log })
  return migrateOrClose({ db, name: location.path, schema, log })
}

/** Brings an opened database to a schema; it is closed where that is refused. */
export async function migrateOrClose({
  db,
  name,
  schema,
  log,
}: {
  readonly db: Database
  readonly name: string
  readonly schema: BrokerSchema
  readonly log: Log
}): Promise<Result<PreparedDatabase, StoreRefusal>> {
  let isOpen = false
  try {
    const plan = await migrateDatabase({ db, name, schema, log })
    isOpen = plan.ok
    return plan.ok ? ok({ db, plan: plan.value }) : plan
  } finally {
    if (!isOpen) db.$client.close()
  }
}

/** Judges a database before anything is changed in it, since the first connection that may write moves a write-ahead log into it. */
async function look({
  location,
  schema,
  identity,
}: {
  readonly location: FileLocation
  readonly schema: BrokerSchema
  readonly identity: BrokerIdentity | undefined
}): Promise<Result<unknown, StoreRefusal>> {
  // Half a write, which only a connection that may write can take back. It is from before any row of ours: from then on there is a log.
  if (existsSync(`${location.path}-journal`)) return ok(undefined)
  const state = await inspectDatabase(location)
  const plan = planMigration({ state, schema, name: location.path })
  if (!plan.ok || identity === undefined) return plan
  return checkIdentity({ state, name: location.path, identity })
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
