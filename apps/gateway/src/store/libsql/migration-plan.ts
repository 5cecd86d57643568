import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { checkSchema } from './check-schema.ts'
import type { AppliedMigration, DatabaseState } from './database-state.ts'
import type { Facts } from './facts.ts'
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
 * Decides what to do with a database: migrate it, go on with a newer one that allows it, or refuse, also where its schema is not what its
 * migrations make. drizzle itself would open any newer database silently and skip a migration that was merged late.
 *
 * @param name What the database is called in messages.
 */
export async function planMigration({
  state,
  schema,
  name,
}: {
  readonly state: Pick<DatabaseState, 'objects' | 'applied' | 'facts'>
  readonly schema: BrokerSchema
  readonly name: string
}): Promise<Result<MigrationPlan, StoreRefusal>> {
  const { objects, applied, facts } = state
  const known = schema.migrations
  const isSameHistory = applied.slice(0, known.length).every((migration, index) => isSame(migration, known[index]))
  if (!isSameHistory) {
    const detail = `The database ${name} was made by a broker whose schema had another history than this version's`
    return err(explain({ reason: 'altered_history', detail, remedy: 'Use the version that made it, or restore a backup.' }))
  }
  const unknown = Math.max(0, applied.length - known.length)
  if (unknown > 0 && !canGoOn(facts, known.length)) return err(newerDatabase({ facts, version: schema.version, name }))
  const asMigrated = await checkSchema({ objects, migrations: known.slice(0, applied.length), hasMore: unknown > 0, name })
  return asMigrated.ok ? ok({ pending: known.slice(applied.length), unknown }) : asMigrated
}

/** What a database with all of a schema's migrations says to older brokers. */
export function schemaFacts({ migrations }: BrokerSchema): SchemaFacts {
  const needed = migrations.findLastIndex((migration) => migration.olderBrokers === 'refuse')
  return { schema_needs_migrations: String(needed + 1), schema_needs_version: migrations[needed]?.since ?? '0.0.0' }
}

/** Whether a newer database says that this many migrations are enough. */
function canGoOn({ schema_needs_migrations: needed }: Facts, known: number): boolean {
  return needed !== undefined && /^\d+$/.test(needed) && Number(needed) <= known
}

function newerDatabase({ facts, version, name }: { readonly facts: Facts; readonly version: string; readonly name: string }): StoreRefusal {
  const usable = facts.schema_needs_version === undefined ? 'that version' : `version ${facts.schema_needs_version} or newer`
  const by = facts.migrated_by === undefined ? 'a newer broker' : `the newer broker ${facts.migrated_by}`
  const detail = `The database ${name} was migrated by ${by} in a way that this version, ${version}, cannot go on with`
  const remedy = `Use ${usable}, or restore a backup from before. Nothing was changed.`
  return explain({ reason: 'newer_database', detail, remedy })
}

function isSame(applied: AppliedMigration, known: Migration | undefined): boolean {
  return applied.hash === known?.hash && applied.createdAtMs === known.createdAtMs
}
