import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Client } from '@libsql/client/sqlite3'
import { readApplicationMark } from '../application-mark.ts'
import type { BrokerIdentity } from '../broker-identity.ts'
import { classifyLibsqlError } from '../classify-libsql-error.ts'
import { type DatabaseState, readDatabaseState, withAttached } from '../database-state.ts'
import type { BrokerSchema } from '../known-migrations.ts'
import { planMigration } from '../migration-plan.ts'
import { checkIdentity } from '../ownership.ts'
import { type BackupFailure, damagedBackup, notABackup } from './failure.ts'
import { checkIntegrity } from '../integrity.ts'

export interface CheckedBackup {
  readonly bytes: number
  /** How many migrations the next start has to apply. */
  readonly pendingMigrations: number
}

/**
 * Checks a received backup as the next start would, before that: it is a database of ours and whole, this version can use it, and it
 * belongs to these settings. What a write-ahead log beside it holds is moved into the one file.
 *
 * @param name What it is called in messages.
 */
export async function checkBackup({
  path,
  name,
  schema,
  identity,
}: {
  readonly path: string
  readonly name: string
  readonly schema: BrokerSchema
  readonly identity: BrokerIdentity
}): Promise<Result<CheckedBackup, BackupFailure>> {
  const mark = readApplicationMark({ path })
  if (!mark.ok || mark.value === 'empty') {
    return err(notABackup(name))
  }
  const read = await readSound(path, moveLogAndRead)
  if (!read.ok) return err(damagedBackup(name, read.error))
  const state = read.value
  if (state.applied.length === 0) {
    return err(notABackup(name, `${name} is a database that no broker has used yet`))
  }
  const plan = await planMigration({ state, schema, name })
  if (!plan.ok) return plan
  const belongs = checkIdentity({ state, name, identity, lastResort: 'restore another backup' })
  if (!belongs.ok) return belongs
  // Last, since it takes long, and since SQLite executes what it finds in the schema.
  const fault = await readSound(path, checkIntegrity)
  if (!fault.ok || fault.value !== undefined) return err(damagedBackup(name, fault.ok ? fault.value : fault.error))
  return ok({ bytes: statSync(path).size, pendingMigrations: plan.value.pending.length })
}

/** Reads something of it; the failure is what SQLite then finds wrong with it. */
async function readSound<Value>(path: string, read: (client: Client) => Promise<Value>): Promise<Result<Value, string>> {
  try {
    return ok(await withAttached({ uri: pathToFileURL(path).href }, read))
  } catch (error) {
    const failure = classifyLibsqlError(error)
    if (failure?.kind === 'damaged' || failure?.kind === 'unfit') return err(failure.code)
    throw error
  }
}

async function moveLogAndRead(client: Client): Promise<DatabaseState> {
  await client.execute('pragma broker.wal_checkpoint(truncate)')
  await client.execute('pragma broker.journal_mode = delete')
  return readDatabaseState(client)
}
