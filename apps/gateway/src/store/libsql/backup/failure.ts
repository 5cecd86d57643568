import { errorCode } from '@fjmcp-broker/shared/error-code'
import { classifyLibsqlError, type LibsqlFailure } from '../classify-libsql-error.ts'
import { explain, type Explained, type StoreRefusal } from '../refusal.ts'

/** Why there is no backup, or why one was not restored. Nothing is left of it. */
export type BackupFailure = Explained<
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
>

export const interrupted: BackupFailure = explain({
  reason: 'interrupted',
  detail: 'Interrupted: nothing was changed and nothing is left',
  remedy: 'Run it again to have it done.',
})

/** @param name What is no backup of ours. */
export function notABackup(name: string, detail = `${name} is not a backup of the broker's database`): BackupFailure {
  return explain({ reason: 'not_a_backup', detail, remedy: 'Name a file that fjmcp-broker backup made. Nothing was changed.' })
}

/** @param fault What is wrong with it. */
export function damagedBackup(name: string, fault: string | undefined): BackupFailure {
  return explain({ reason: 'damaged', detail: `${name} is damaged (${fault})`, remedy: 'Take another backup. Nothing was changed.' })
}

/** Tells the operator why a file could not be written. Throws again what neither the system nor the database failed at. */
export function explainWriteFailure(error: unknown, folder: string): BackupFailure {
  const { kind, code } = classifyLibsqlError(error) ?? classifySystemError(error)
  switch (kind) {
    case 'no_room':
      return explain({ reason: 'no_room', detail: `There is no room in ${folder} (${code})`, remedy: 'Make room, or use another folder.' })
    case 'no_folder':
      return explain({ reason: 'cannot_write', detail: `There is no folder ${folder}`, remedy: 'Make it, or use another one.' })
    case 'damaged':
    case 'unfit':
      return explain({ reason: 'damaged', detail: `The database is damaged (${code})`, remedy: 'Restore an earlier backup.' })
    case 'locked':
    case 'inaccessible':
    case 'other':
      return explain({
        reason: 'cannot_write',
        detail: `Nothing can be written to ${folder} (${code})`,
        remedy: 'Let this user write there, or use another folder.',
      })
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
      return explain({
        reason: 'output_closed',
        detail: 'Standard output was closed before all of the backup was written',
        remedy: 'What was written of it is worthless. Look why that ended which read it, and back up again.',
      })
    case 'ENOSPC':
    case 'EDQUOT':
      return explain({
        reason: 'no_room',
        detail: `There is no room where standard output goes (${code})`,
        remedy: 'What was written of the backup is worthless. Make room and back up again.',
      })
    default:
      return explain({
        reason: 'cannot_write',
        detail: `Standard output cannot be written (${code})`,
        remedy: 'What was written of the backup is worthless. Send it elsewhere.',
      })
  }
}

function classifySystemError(error: unknown): { readonly kind: LibsqlFailure['kind'] | 'no_folder'; readonly code: string } {
  const code = errorCode(error)
  switch (code) {
    case undefined:
      throw error
    case 'ENOSPC':
    case 'EDQUOT':
      return { kind: 'no_room', code }
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'no_folder', code }
    default:
      return { kind: 'other', code }
  }
}
