import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Client } from '@libsql/client/sqlite3'
import { readApplicationMark } from '../application-mark.ts'
import { type DatabaseState, readDatabaseState, withAttached } from '../database-state.ts'
import { findLibsqlError } from '../failures.ts'
import type { BrokerSchema } from '../known-migrations.ts'
import { planMigration } from '../migration-plan.ts'
import { type BrokerIdentity, checkIdentity } from '../ownership.ts'
import type { BackupFailure } from './failure.ts'
import { checkIntegrity } from './integrity.ts'

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
    return err({ reason: 'not_a_backup', message: `${name} is not a backup of the broker's database. Nothing was changed.` })
  }
  const read = await readWhole(path)
  if (!read.ok) return err({ reason: 'damaged', message: `${name} is damaged (${read.error}). Take another backup. Nothing was changed.` })
  const state = read.value
  if (state.applied.length === 0) {
    return err({ reason: 'not_a_backup', message: `${name} is a database that no broker has used yet. Nothing was changed.` })
  }
  const plan = planMigration({ state, schema, name })
  if (!plan.ok) return plan
  const belongs = checkIdentity({ state, name, identity, remedy: 'take a backup of this broker' })
  if (!belongs.ok) return belongs
  return ok({ bytes: statSync(path).size, pendingMigrations: plan.value.pending.length })
}

/** The failure is what is wrong with it. */
async function readWhole(path: string): Promise<Result<DatabaseState, string>> {
  try {
    return await withAttached({ uri: pathToFileURL(path).href }, async (client) => {
      await moveLogIntoFile(client)
      const damage = await checkIntegrity(client)
      return damage === undefined ? ok(await readDatabaseState(client)) : err(damage)
    })
  } catch (error) {
    const code = findLibsqlError(error)?.code
    if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') return err(code)
    throw error
  }
}

async function moveLogIntoFile(client: Client): Promise<void> {
  await client.execute('pragma broker.wal_checkpoint(truncate)')
  await client.execute('pragma broker.journal_mode = delete')
}
