import type { Log } from '@fjmcp-broker/shared/log'
import type { Result } from '@fjmcp-broker/shared/result'
import type { Database } from './connection.ts'
import { readDatabaseState } from './database-state.ts'
import { type Fact, type Facts, writeFacts } from './facts.ts'
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

/** Brings a database of ours to a schema, and says what that took. A refusal has changed nothing. */
export async function migrateDatabase({ db, name, schema, log }: MigrationOptions): Promise<Result<MigrationPlan, StoreRefusal>> {
  const state = await readDatabaseState(db.$client, 'main')
  const plan = await planMigration({ state, schema, name })
  if (plan.ok) await carryOut({ db, plan: plan.value, facts: state.facts, schema, log })
  return plan
}

/**
 * Does what was planned for a database, in one transaction. One that a newer broker has migrated is left as it is.
 *
 * @param facts Those that the plan was made with.
 */
export async function carryOut({
  db,
  plan: { pending, unknown },
  facts,
  schema,
  log,
}: {
  readonly db: Database
  readonly plan: MigrationPlan
  readonly facts: Facts
  readonly schema: BrokerSchema
  readonly log: Log
}): Promise<void> {
  if (unknown > 0) {
    log.warn('database_is_newer', { version: schema.version, migratedBy: facts.migrated_by ?? null, unknownMigrations: unknown })
    return
  }
  const { schema_needs_migrations, schema_needs_version } = schemaFacts(schema)
  const needs: readonly [Fact, Fact] = [
    { name: 'schema_needs_migrations', value: schema_needs_migrations },
    { name: 'schema_needs_version', value: schema_needs_version },
  ]
  if (pending.length > 0) await apply({ db, pending, facts: [...needs, { name: 'migrated_by', value: schema.version }] })
  else if (needs.some((fact) => facts[fact.name] !== fact.value)) await writeFacts(db, needs)
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
