import { pathToFileURL } from 'node:url'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { createClient } from '@libsql/client/sqlite3'
import { classifyLibsqlError } from './classify-libsql-error.ts'
import type { FileLocation } from './location.ts'
import { explain, type StoreRefusal } from './refusal.ts'
import { notWritable } from './write-failure.ts'

/** The right to be the only process that uses a database. It ends with the process, however that ends. */
export interface OwnerLock {
  readonly release: () => Promise<void>
}

// A gateway that is started again may meet the last moments of the one before it.
const waitMs = 500

/**
 * Takes the lock: a write transaction, held for as long as the database is open, on an empty libSQL file beside it. A file of its own,
 * since on the database itself it would keep us out too. The file stays; its presence means nothing.
 *
 * Nothing in this process may open the lock file by other means: closing it would give the lock back (POSIX advisory locks).
 */
export async function takeOwnerLock(location: FileLocation): Promise<Result<OwnerLock, StoreRefusal>> {
  try {
    const client = createClient({ url: pathToFileURL(location.lockPath).href, timeout: waitMs, concurrency: 1 })
    try {
      const transaction = await client.transaction('write')
      return ok({
        release: async () => {
          await transaction.rollback()
          client.close()
        },
      })
    } catch (error) {
      client.close()
      throw error
    }
  } catch (error) {
    return err(explainRefusedLock(error, location))
  }
}

function explainRefusedLock(error: unknown, { path, lockPath }: FileLocation): StoreRefusal {
  const failure = classifyLibsqlError(error)
  if (failure?.kind === 'locked') {
    return explain({
      reason: 'second_owner',
      detail: `The database ${path} is in use by another broker, which holds ${lockPath}`,
      remedy: 'Stop that one first, or give this one a database of its own.',
    })
  }
  if (failure?.kind === 'damaged') {
    return explain({
      reason: 'foreign_database',
      detail: `The file ${lockPath} was made by another program`,
      remedy: 'Move it aside: the broker makes its own there.',
    })
  }
  return notWritable(lockPath, failure?.code ?? 'it cannot be opened')
}
