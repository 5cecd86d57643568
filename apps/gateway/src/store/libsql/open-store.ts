import type { NewId } from '@fjmcp-broker/shared/id'
import type { Log } from '@fjmcp-broker/shared/log'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Store } from '../store.ts'
import type { BrokerIdentity } from './broker-identity.ts'
import { openConnection } from './connection.ts'
import { endLeases } from './credentials.ts'
import { explainFailure } from './explain-failure.ts'
import { type BrokerSchema, readBrokerSchema } from './known-migrations.ts'
import { createLibsqlStore } from './libsql-store.ts'
import { parseLocation } from './location.ts'
import { ownDatabase } from './own-database.ts'
import { claimDatabase } from './ownership.ts'
import { migrateOrClose, prepareDatabase, type PreparedDatabase } from './prepare-database.ts'
import type { StoreRefusal } from './refusal.ts'

export interface StoreOptions extends BrokerIdentity {
  /** `file:` and a path; the folder is made where it is missing. `:memory:` for one that nobody else sees and that ends with the process. */
  readonly databaseUrl: string
  readonly newId: NewId
  readonly log: Log
  /** What is known of the schema, where that is not this version's. */
  readonly schema?: BrokerSchema
}

/**
 * Opens the broker's database, made and migrated where needed, for this process alone. A refusal says what is wrong with which file and
 * what to do, and has changed nothing in the database. Close the store to give it to the next process.
 */
export async function openStore(options: StoreOptions): Promise<Result<Store, StoreRefusal>> {
  const { log, schema = readBrokerSchema() } = options
  const parsed = parseLocation(options.databaseUrl)
  if (!parsed.ok) return parsed
  const location = parsed.value
  if (location.kind === 'memory') {
    const name = 'in memory'
    const prepared = await migrateOrClose({ db: openConnection({ url: location.url, log }), name, schema, log })
    return prepared.ok ? setUp({ options, prepared: prepared.value, name, release: async () => {} }) : prepared
  }
  const lock = await ownDatabase(location)
  if (!lock.ok) return lock
  const { release } = lock.value
  let isOpen = false
  try {
    const prepared = await prepareDatabase({ location, schema, identity: options, log })
    if (!prepared.ok) return prepared
    const store = await setUp({ options, prepared: prepared.value, name: location.path, release })
    isOpen = store.ok
    return store
  } catch (error) {
    return err(explainFailure(error, location.path))
  } finally {
    if (!isOpen) await release()
  }
}

async function setUp({
  options,
  prepared: { db, plan },
  name,
  release,
}: {
  readonly options: StoreOptions
  readonly prepared: PreparedDatabase
  readonly name: string
  readonly release: () => Promise<void>
}): Promise<Result<Store, StoreRefusal>> {
  const { sealer, newId, log } = options
  let isOpen = false
  try {
    const claimed = await claimDatabase({ db, name, identity: options })
    if (!claimed.ok) return claimed
    await endLeases(db)
    isOpen = true
    log.info('store_opened', { migrations: plan.pending.length })
    return ok(createLibsqlStore({ db, sealer, newId, log, release }))
  } finally {
    if (!isOpen) db.$client.close()
  }
}
