import { existsSync } from 'node:fs'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { readApplicationMark } from './application-mark.ts'
import { checkpoint } from './connection.ts'
import { inspectDatabase } from './database-state.ts'
import { explainFailure } from './explain-failure.ts'
import type { BrokerSchema } from './known-migrations.ts'
import type { FileLocation } from './location.ts'
import { type MigrationPlan, planMigration } from './migration-plan.ts'
import { ownDatabase } from './own-database.ts'
import { prepareDatabase } from './prepare-database.ts'
import type { StoreRefusal } from './refusal.ts'

/**
 * Says what the next start would do to a database file, and changes nothing; a broker may be using it. Undefined where there is none yet:
 * then the next start makes it.
 */
export async function planFile(location: FileLocation, schema: BrokerSchema): Promise<Result<MigrationPlan | undefined, StoreRefusal>> {
  try {
    if (!existsSync(location.path)) return ok(undefined)
    const mark = readApplicationMark(location)
    if (!mark.ok) return mark
    if (mark.value === 'empty') return ok(undefined)
    return planMigration({ state: await inspectDatabase(location), schema, name: location.path })
  } catch (error) {
    return err(explainFailure(error, location.path))
  }
}

/** Does it, where no broker uses the database. The answer is what was planned and is done. */
export async function migrateFile({
  location,
  schema,
  log,
}: {
  readonly location: FileLocation
  readonly schema: BrokerSchema
  readonly log: Log
}): Promise<Result<MigrationPlan | undefined, StoreRefusal>> {
  const planned = await planFile(location, schema)
  if (!planned.ok || planned.value === undefined) return planned
  const lock = await ownDatabase(location)
  if (!lock.ok) return lock
  try {
    const prepared = await prepareDatabase({ location, schema, log })
    if (!prepared.ok) return prepared
    const { db, plan } = prepared.value
    await checkpoint(db)
    db.$client.close()
    return ok(plan)
  } catch (error) {
    return err(explainFailure(error, location.path))
  } finally {
    await lock.value.release()
  }
}
