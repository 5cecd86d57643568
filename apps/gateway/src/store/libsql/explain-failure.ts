import { findLibsqlError } from './failures.ts'
import { notWritable } from './location.ts'
import type { StoreRefusal } from './refusal.ts'

/** Tells the operator what a failure of libsql means for a database file. Throws again what the database has no part in. */
export function explainFailure(error: unknown, path: string): StoreRefusal {
  const cause = findLibsqlError(error)
  if (cause === undefined) throw error
  switch (cause.code) {
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
      return notWritable(path, cause.code)
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return { reason: 'not_a_database', message: `The database ${path} is damaged (${cause.code}). Restore a backup, or move it aside.` }
    case 'SQLITE_BUSY':
      return { reason: 'second_owner', message: `The database ${path} is locked by another program. End that one and start again.` }
    case 'SQLITE_FULL':
      return {
        reason: 'unusable',
        message: `There is no room on the disk for the database ${path} (SQLITE_FULL). Make room and try again.`,
      }
    default:
      return { reason: 'unusable', message: `The database ${path} cannot be used (${cause.code}). Look at the disk it is on: is it full?` }
  }
}
