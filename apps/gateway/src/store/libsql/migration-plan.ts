import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { AppliedMigration, DatabaseState } from './database-state.ts'
import type { BrokerSchema, Migration } from './known-migrations.ts'
import { explain, type StoreRefusal } from './refusal.ts'

/** What a broker does with a database before it uses it. */
export interface MigrationPlan {
  /** What it applies, in this order. */
  readonly pending: readonly Migration[]
  /** How many migrations of newer brokers the database has that it goes on with as they are. */
  readonly unknown: number
}

/** What a database says of its schema to brokers that do not know all of it. */
export interface SchemaFacts {
  /** How many migrations a broker has to know to use it. */
  readonly schema_needs_migrations: string
  /** The first version that knows them. */
  readonly schema_needs_version: string
}

/**
 * Decides what to do with a database: migrate it, go on with a newer one that allows it, or refuse. drizzle itself would open any newer
 * database silently and skip a migration that was merged late.
 *
 * @param name What the database is called in messages.
 */
export function planMigration({
  state,
  schema,
  name,
}: {
  readonly state: Pick<DatabaseState, 'applied' | 'facts'>
  readonly schema: BrokerSchema
  readonly name: string
}): Result<MigrationPlan, StoreRefusal> {
  const { applied, facts } = state
  const known = schema.migrations
  const isSameHistory = applied.slice(0, known.length).every((migration, index) => isSame(migration, known[index]))
  if (!isSameHistory) {
    const detail = `The database ${name} was made by a broker whose schema had another history than this version's`
    return err(explain({ reason: 'altered_history', detail, remedy: 'Use the version that made it, or restore a backup.' }))
  }
  if (applied.length <= known.length) return ok({ pending: known.slice(applied.length), unknown: 0 })
  // Without the fact the comparison is with NaN, and false.
  if (Number(facts.schema_needs_migrations) <= known.length) return ok({ pending: [], unknown: applied.length - known.length })
  const usable = facts.schema_needs_version === undefined ? 'that version' : `version ${facts.schema_needs_version} or newer`
  const by = facts.migrated_by === undefined ? 'a newer broker' : `the newer broker ${facts.migrated_by}`
  const detail = `The database ${name} was migrated by ${by} in a way that this version, ${schema.version}, cannot go on with`
  const remedy = `Use ${usable}, or restore a backup from before. Nothing was changed.`
  return err(explain({ reason: 'newer_database', detail, remedy }))
}

/** What a database with all of a schema's migrations says to older brokers. */
export function schemaFacts({ migrations }: BrokerSchema): SchemaFacts {
  const needed = migrations.findLastIndex((migration) => migration.olderBrokers === 'refuse')
  return { schema_needs_migrations: String(needed + 1), schema_needs_version: migrations[needed]?.since ?? '0.0.0' }
}

function isSame(applied: AppliedMigration, known: Migration | undefined): boolean {
  return applied.hash === known?.hash && applied.createdAtMs === known.createdAtMs
}
