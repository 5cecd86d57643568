import { pathToFileURL } from 'node:url'
import type { Client } from '@libsql/client/sqlite3'
import { z } from 'zod'
import { withAttached } from './database-state.ts'

/** Says what SQLite finds wrong with a database file or the references in it, or nothing. It takes as long as reading all of it twice. */
export async function findDamage(path: string): Promise<string | undefined> {
  return withAttached({ uri: `${pathToFileURL(path).href}?mode=ro` }, checkIntegrity)
}

/** The same of the database that a connection has attached as `broker`. */
export async function checkIntegrity(client: Client): Promise<string | undefined> {
  const { rows } = await client.execute('pragma broker.integrity_check(1)')
  const [first] = integrityRows.parse(rows)
  if (first?.integrity_check !== 'ok') return first?.integrity_check
  const { rows: orphans } = await client.execute(`select "table" from pragma_foreign_key_check(null, 'broker') limit 1`)
  const [orphan] = orphanRows.parse(orphans)
  return orphan === undefined ? undefined : `a row of the table ${orphan.table} belongs to one that is not there`
}

/** Says the same in half the time, since the indexes are not compared with their tables. */
export async function passesQuickCheck(client: Client): Promise<boolean> {
  const { rows } = await client.execute('pragma broker.quick_check(1)')
  return quickRows.parse(rows)[0]?.quick_check === 'ok'
}

const integrityRows = z.array(z.object({ integrity_check: z.string() })).min(1)

const orphanRows = z.array(z.object({ table: z.string() }))

const quickRows = z.array(z.object({ quick_check: z.string() })).min(1)
