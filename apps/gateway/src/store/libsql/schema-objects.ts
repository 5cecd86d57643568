import { type Client, createClient } from '@libsql/client/sqlite3'
import { z } from 'zod'
import type { Migration } from './known-migrations.ts'
import { migrationStatements } from './migration-statements.ts'

/** What a database's schema has, without the statistics that SQLite gathers when it is asked to. */
export type SchemaObject = z.output<typeof schemaObject>

/** What a database is called in a connection: `main` where it was opened, `broker` where it was attached. */
export type DatabaseName = 'main' | 'broker'

/** Reads what a database's schema has. Nothing of it is executed: what is in an untrusted file may do anything or never end. */
export async function readSchemaObjects(client: Pick<Client, 'execute'>, database: DatabaseName): Promise<readonly SchemaObject[]> {
  const statistics = "type = 'table' and name in ('sqlite_stat1', 'sqlite_stat4')"
  const { rows } = await client.execute(
    `select type, name, sql from ${database}.sqlite_schema where not (${statistics}) order by type, name`,
  )
  return z.array(schemaObject).parse(rows)
}

/** What the schema of a database with these migrations, and nothing else, has. */
export async function makeSchemaObjects(migrations: readonly Migration[]): Promise<readonly SchemaObject[]> {
  if (migrations.length === 0) return []
  const client = createClient({ url: ':memory:', concurrency: 1 })
  try {
    await client.migrate(migrationStatements(migrations))
    return await readSchemaObjects(client, 'main')
  } finally {
    client.close()
  }
}

/** Whether it only holds rows or finds them: reading a view or a virtual table executes something, and writing to a table its triggers. */
export function isPlain({ type, sql }: SchemaObject): boolean {
  return type === 'index' || (type === 'table' && /^create table\b/i.test(sql ?? ''))
}

const schemaObject = z.object({ type: z.string(), name: z.string(), sql: z.string().nullable() })
