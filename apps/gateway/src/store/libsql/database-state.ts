import { type Client, createClient } from '@libsql/client/sqlite3'
import { z } from 'zod'
import type { Facts } from './facts.ts'
import type { FileLocation } from './location.ts'

/** What a database says of itself, whichever version of the broker made it. */
export interface DatabaseState {
  readonly applied: readonly AppliedMigration[]
  readonly facts: Facts
  /** Whether anybody has signed in. */
  readonly hasUsers: boolean
}

export interface AppliedMigration {
  readonly hash: string
  readonly createdAtMs: number
}

/** Reads what a database says of itself. */
export async function readDatabaseState(client: Pick<Client, 'execute'>): Promise<DatabaseState> {
  const { rows } = await client.execute("select name from pragma_table_list where name in ('__drizzle_migrations', 'facts', 'users')")
  const tables = new Set(tableRows.parse(rows).map(({ name }) => name))
  return {
    applied: tables.has('__drizzle_migrations') ? await readApplied(client) : [],
    facts: tables.has('facts') ? await readFacts(client) : {},
    hasUsers: tables.has('users') && (await client.execute('select 1 from users limit 1')).rows.length > 0,
  }
}

/**
 * Gives a connection that can only read a database, called `broker` there. The file is closed for certain afterwards, which closing
 * libsql's client does not promise.
 */
export async function withReadOnly<Value>(location: FileLocation, read: (client: Client) => Promise<Value>): Promise<Value> {
  return withAttached({ uri: `${location.url}?mode=ro` }, read)
}

/** Gives a connection to a database file, called `broker` there, and closes the file for certain afterwards. */
export async function withAttached<Value>({ uri }: { readonly uri: string }, use: (client: Client) => Promise<Value>): Promise<Value> {
  const client = createClient({ url: ':memory:', timeout: busyTimeoutMs, concurrency: 1 })
  try {
    await client.execute({ sql: 'attach ? as broker', args: [uri] })
    return await use(client)
  } finally {
    await client.execute('detach broker').catch(ignore)
    client.close()
  }
}

/** What failed before says more. */
function ignore(): void {}

const busyTimeoutMs = 5_000

const tableRows = z.array(z.object({ name: z.string() }))

const appliedRows = z.array(
  z
    .object({ hash: z.string(), created_at: z.coerce.number() })
    .transform(({ hash, created_at }): AppliedMigration => ({ hash, createdAtMs: created_at })),
)

const factRows = z.array(z.object({ name: z.string(), value: z.string() }))

async function readApplied(client: Pick<Client, 'execute'>): Promise<readonly AppliedMigration[]> {
  return appliedRows.parse((await client.execute('select hash, created_at from __drizzle_migrations order by created_at')).rows)
}

async function readFacts(client: Pick<Client, 'execute'>): Promise<Facts> {
  const { rows } = await client.execute('select name, value from facts')
  return Object.fromEntries(factRows.parse(rows).map(({ name, value }) => [name, value]))
}
