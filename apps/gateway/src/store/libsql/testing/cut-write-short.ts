import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client/sqlite3'

/**
 * Leaves a database file without a write-ahead log as a process does that is killed at the very end of a write: the file has all of it,
 * and the rollback journal, which the next one takes it back by, is still there.
 *
 * @see https://www.sqlite.org/fileformat.html#the_rollback_journal
 */
export async function cutWriteShort(path: string, sql: string): Promise<void> {
  const client = createClient({ url: pathToFileURL(path).href, concurrency: 1 })
  const transaction = await client.transaction('write')
  await transaction.execute(sql)
  const journal = readFileSync(`${path}-journal`)
  await transaction.commit()
  client.close()
  // What SQLite writes when the journal is whole, right before it writes to the file.
  journal.write('d9d505f920a163d7', 0, 'hex')
  const pageBytes = journal.readUInt32BE(24)
  journal.writeUInt32BE((journal.length - headerBytes) / (pageBytes + 8), 8)
  writeFileSync(`${path}-journal`, journal)
}

const headerBytes = 512
