import type { Log } from '@fjmcp-broker/shared/log'
import type { Result } from '@fjmcp-broker/shared/result'
import type { Database } from './connection.ts'
import { readDatabaseState } from './database-state.ts'
import { type Fact, writeFacts } from './facts.ts'
import type { BrokerSchema, Migration } from './known-migrations.ts'
import { type MigrationPlan, planMigration, schemaFacts } from './migration-plan.ts'
import { migrationStatements } from './migration-statements.ts'
import type { StoreRefusal } from './refusal.ts'

/** Which database is brought to which schema. */
export interface MigrationOptions {
  readonly db: Database
  /** What it is called in messages. */
  readonly name: string
  readonly schema: BrokerSchema
  readonly log: Log
}

/**
 * Brings a database of ours to a schema, in one transaction, and says what that took. One that a newer broker has migrated is left as it
 * is and used, where that broker said that this is possible. A refusal has changed nothing.
 */
export async function migrateDatabase({ db, name, schema, log }: MigrationOptions): Promise<Result<MigrationPlan, StoreRefusal>> {
  const state = await readDatabaseState(db.$client, 'main')
  const plan = await planMigration({ state, schema, name })
  if (!plan.ok) return plan
  const { pending, unknown } = plan.value
  const { facts } = state
  if (unknown > 0) {
    log.warn('database_is_newer', { version: schema.version, migratedBy: facts.migrated_by ?? null, unknownMigrations: unknown })
    return plan
  }
  const { schema_needs_migrations, schema_needs_version } = schemaFacts(schema)
  const needs: readonly [Fact, Fact] = [
    { name: 'schema_needs_migrations', value: schema_needs_migrations },
    { name: 'schema_needs_version', value: schema_needs_version },
  ]
  if (pending.length > 0) await apply({ db, pending, facts: [...needs, { name: 'migrated_by', value: schema.version }] })
  else if (needs.some((fact) => facts[fact.name] !== fact.value)) await writeFacts(db, needs)
  return plan
}

async function apply({
  db,
  pending,
  facts,
}: {
  readonly db: Database
  readonly pending: readonly Migration[]
  readonly facts: readonly Fact[]
}): Promise<void> {
  // One transaction, with the facts: a database never has a migration of which it does not tell older brokers.
  await db.$client.migrate([
    ...migrationStatements(pending),
    ...facts.map(({ name, value }) => ({ sql: 'insert or replace into facts (name, value) values (?, ?)', args: [name, value] })),
  ])
}
