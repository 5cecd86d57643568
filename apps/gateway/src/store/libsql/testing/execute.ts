import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client/sqlite3'

/** Executes statements on a database file that nobody has open, as any other program may, and leaves no write-ahead log. */
export async function executeOn(path: string, sql: string): Promise<void> {
  const client = createClient({ url: pathToFileURL(path).href, concurrency: 1 })
  await client.executeMultiple(`PRAGMA foreign_keys = OFF; ${sql}`)
  await client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
  client.close()
}
