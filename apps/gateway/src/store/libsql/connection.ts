import type { Log } from '@fjmcp-broker/shared/log'
import { type Client, createClient } from '@libsql/client/sqlite3'
import type { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core'
import { drizzle } from 'drizzle-orm/libsql/sqlite3'
import { asOpenFailure } from './failures.ts'
import { createSerialClient } from './serial-client.ts'

/** One serial connection to a libSQL database, through drizzle. A batch on it is always one write transaction. */
export type Database = LibSQLDatabase & { readonly $client: Client }

// `synchronous` is FULL: with NORMAL a power failure takes back what was acknowledged last, and of a rotated refresh token, ours or
// Forgejo's, nobody could tell the successor any more, so that the user would have to sign in again. It costs a quarter of a millisecond
// a write, and no request writes except where something is issued.
const pragmas = ['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = FULL', 'PRAGMA foreign_keys = ON']

/**
 * Opens a database file, or one in memory.
 *
 * @param url A `file:` URL with an absolute path, or `file::memory:`.
 * @param busyTimeoutMs How long a statement waits for another process's lock. The event loop stands still meanwhile.
 */
export function openConnection({
  url,
  log,
  busyTimeoutMs = 5_000,
}: {
  readonly url: string
  readonly log: Log
  readonly busyTimeoutMs?: number
}): Database {
  return drizzle({ client: createSerialClient({ client: open(url, busyTimeoutMs), pragmas, log }) })
}

/** Moves everything into the one file, so that a copy of it is whole. Waits for what is under way. */
export async function checkpoint(db: Database): Promise<void> {
  await db.$client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
}

function open(url: string, timeout: number): Client {
  try {
    return createClient({ url, timeout, concurrency: 1 })
  } catch (error) {
    throw asOpenFailure(error)
  }
}
