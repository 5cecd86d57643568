import { type Client, createClient, type ResultSet } from '@libsql/client/sqlite3'
import { z } from 'zod'
import type { KeyUse } from '../../domain/keys/key-report.ts'
import type { Facts } from './facts.ts'
import { asDamage } from './failures.ts'
import { addKeyNames } from './key-names.ts'
import { readKeyUses } from './key-uses.ts'
import type { FileLocation } from './location.ts'
import { type DatabaseName, isPlain, readSchemaObjects, type SchemaObject } from './schema-objects.ts'

/** What a database says of itself, whichever version of the broker made it. */
export interface DatabaseState {
  readonly objects: readonly SchemaObject[]
  readonly applied: readonly AppliedMigration[]
  readonly facts: Facts
  /** Whether anybody has signed in. */
  readonly hasUsers: boolean
  /** Which keys the living credentials are encrypted with. */
  readonly keyUses: readonly KeyUse[]
}

export interface AppliedMigration {
  readonly hash: string
  readonly createdAtMs: number
}

/** Reads what a database says of itself. What is not a plain table is not read: see `readSchemaObjects`. */
export async function readDatabaseState(client: Pick<Client, 'execute'>, database: DatabaseName = 'broker'): Promise<DatabaseState> {
  const objects = await readSchemaObjects(client, database)
  const tables = new Set(objects.filter((object) => object.type === 'table' && isPlain(object)).map(({ name }) => name))
  return {
    objects,
    applied: tables.has('__drizzle_migrations') ? await readApplied(client) : [],
    facts: tables.has('facts') ? await readFacts(client) : {},
    hasUsers: tables.has('users') && (await client.execute('select 1 from users limit 1')).rows.length > 0,
    keyUses: tables.has('credentials') ? await readNamedKeyUses(client, tables) : [],
  }
}

async function readNamedKeyUses(client: Pick<Client, 'execute'>, tables: ReadonlySet<string>): Promise<readonly KeyUse[]> {
  const uses = await readKeyUses(client)
  return tables.has('audit_events') ? addKeyNames(client, uses) : uses
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

const appliedRows = z.array(
  z
    .object({ hash: z.string(), created_at: z.coerce.number() })
    .transform(({ hash, created_at }): AppliedMigration => ({ hash, createdAtMs: created_at })),
)

const factRows = z.array(z.object({ name: z.string(), value: z.string() }))

async function readApplied(client: Pick<Client, 'execute'>): Promise<readonly AppliedMigration[]> {
  return parseRows(appliedRows, await client.execute('select hash, created_at from __drizzle_migrations order by created_at'))
}

async function readFacts(client: Pick<Client, 'execute'>): Promise<Facts> {
  const rows = parseRows(factRows, await client.execute('select name, value from facts'))
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

/** No broker writes other rows. */
function parseRows<Row>(schema: z.ZodType<readonly Row[]>, { rows }: ResultSet): readonly Row[] {
  const parsed = schema.safeParse(rows)
  if (parsed.success) return parsed.data
  throw asDamage(parsed.error)
}
