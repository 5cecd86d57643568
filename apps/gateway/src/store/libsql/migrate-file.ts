import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { checkpoint } from './connection.ts'
import { examineDatabase } from './examine-database.ts'
import { explainFailure } from './explain-failure.ts'
import type { BrokerSchema } from './known-migrations.ts'
import type { FileLocation } from './location.ts'
import { type MigrationPlan, planMigration } from './migration-plan.ts'
import { ownDatabase } from './own-database.ts'
import { prepareDatabase } from './prepare-database.ts'
import type { StoreRefusal } from './refusal.ts'

/**
 * What the next start does to a database file. `undefined` where there is none yet: it makes it. `interrupted` where a write was cut short:
 * it takes that back, and only then can be told what else.
 */
export type FilePlan = MigrationPlan | 'interrupted' | undefined

interface MigrateFileOptions {
  readonly location: FileLocation
  readonly schema: BrokerSchema
  readonly log: Log
}

/** Says what the next start would do to a database file, and changes nothing; a broker may be using it. */
export async function planFile(location: FileLocation, schema: BrokerSchema): Promise<Result<FilePlan, StoreRefusal>> {
  const found = await examineDatabase(location)
  if (!found.ok) return found
  if (found.value === 'empty') return ok(undefined)
  if (found.value === 'interrupted') return ok('interrupted')
  return planMigration({ state: found.value, schema, name: location.path })
}

/** Does it, where no broker uses the database. The answer is what was planned and is done; undefined where there is no database yet. */
export async function migrateFile(options: MigrateFileOptions): Promise<Result<MigrationPlan | undefined, StoreRefusal>> {
  const { location } = options
  const found = await examineDatabase(location)
  if (!found.ok) return found
  if (found.value === 'empty') return ok(undefined)
  const lock = await ownDatabase(location)
  if (!lock.ok) return lock
  try {
    return await migrateOwned(options)
  } catch (error) {
    return err(explainFailure(error, location.path))
  } finally {
    await lock.value.release()
  }
}

async function migrateOwned(options: MigrateFileOptions): Promise<Result<MigrationPlan, StoreRefusal>> {
  const prepared = await prepareDatabase(options)
  if (!prepared.ok) return prepared
  const { db, plan } = prepared.value
  try {
    await checkpoint(db)
    return ok(plan)
  } finally {
    db.$client.close()
  }
}
