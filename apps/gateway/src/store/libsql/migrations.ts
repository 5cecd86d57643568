import type { Log } from '@fjmcp-broker/shared/log'
import type { Result } from '@fjmcp-broker/shared/result'
import type { InStatement } from '@libsql/client/sqlite3'
import type { Database } from './connection.ts'
import { readDatabaseState } from './database-state.ts'
import { type Fact, writeFacts } from './facts.ts'
import type { BrokerSchema, Migration } from './known-migrations.ts'
import { type MigrationPlan, planMigration, schemaFacts } from './migration-plan.ts'
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
  const state = await readDatabaseState(db.$client)
  const plan = planMigration({ state, schema, name })
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

// As drizzle's own migrator makes it, which has to find it so: it would otherwise begin again.
const migrationTable = 'create table if not exists __drizzle_migrations (id serial primary key, hash text not null, created_at numeric)'

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
    migrationTable,
    ...pending.flatMap(({ statements, hash, createdAtMs }): readonly InStatement[] => [
      ...statements,
      { sql: 'insert into __drizzle_migrations (hash, created_at) values (?, ?)', args: [hash, createdAtMs] },
    ]),
    ...facts.map(({ name, value }) => ({ sql: 'insert or replace into facts (name, value) values (?, ?)', args: [name, value] })),
  ])
}
