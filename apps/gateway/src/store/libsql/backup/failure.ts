import { errorCode } from '@fjmcp-broker/shared/error-code'
import { findLibsqlError } from '../failures.ts'
import type { StoreRefusal } from '../refusal.ts'

/** Why there is no backup, or why one was not restored. Nothing is left of it. */
export interface BackupFailure {
  readonly reason:
    | StoreRefusal['reason']
    | 'no_database'
    | 'target_exists'
    | 'cannot_write'
    | 'cannot_read'
    | 'no_room'
    | 'output_closed'
    | 'interrupted'
    | 'not_a_backup'
    | 'damaged'
  /** For the operator: what is wrong, with which file, and what to do. */
  readonly message: string
}

export const interrupted: BackupFailure = { reason: 'interrupted', message: 'Interrupted. Nothing was changed and nothing is left.' }

/** Tells the operator why a file could not be written. Throws again what neither the system nor the database failed at. */
export function explainWriteFailure(error: unknown, folder: string): BackupFailure {
  const code = findLibsqlError(error)?.code ?? errorCode(error)
  switch (code) {
    case undefined:
      throw error
    case 'ENOSPC':
    case 'EDQUOT':
    case 'SQLITE_FULL':
      return { reason: 'no_room', message: `There is no room in ${folder} (${code}). Make room, or use another folder.` }
    case 'ENOENT':
    case 'ENOTDIR':
      return { reason: 'cannot_write', message: `There is no folder ${folder}. Make it, or use another one.` }
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return { reason: 'damaged', message: `The database is damaged (${code}). Restore an earlier backup.` }
    default:
      return {
        reason: 'cannot_write',
        message: `Nothing can be written to ${folder} (${code}). Let this user write there, or use another folder.`,
      }
  }
}

/** Tells the operator why a stream did not take everything. */
export function explainOutputFailure(error: unknown): BackupFailure {
  const code = errorCode(error) ?? 'unknown error'
  switch (code) {
    case 'ABORT_ERR':
      return interrupted
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return {
        reason: 'output_closed',
        message: 'Standard output was closed before all of the backup was written: what was written of it is worthless.',
      }
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        reason: 'no_room',
        message: `There is no room where standard output goes (${code}): what was written of the backup is worthless.`,
      }
    default:
      return {
        reason: 'cannot_write',
        message: `Standard output cannot be written (${code}): what was written of the backup is worthless.`,
      }
  }
}
