import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client/sqlite3'

/** Executes a statement on a database file that nobody has open, and leaves no write-ahead log. */
export async function executeOn(path: string, sql: string): Promise<void> {
  const client = createClient({ url: pathToFileURL(path).href, concurrency: 1 })
  await client.execute(sql)
  await client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
  client.close()
}
