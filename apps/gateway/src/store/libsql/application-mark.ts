import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { type DatabaseHeader, headerBytes, parseHeader } from './database-header.ts'
import type { FileLocation } from './location.ts'
import { readStart } from './read-start.ts'
import { explain, type StoreRefusal } from './refusal.ts'

/** `FJMB` in ASCII: what SQLite's `application_id` is in a database of ours. */
const applicationId = 0x46_4a_4d_42

/** Marks an empty database as ours. To be executed before anything else, so that no state in between looks like another program's. */
export const setApplicationMark = `PRAGMA application_id = ${applicationId}`

/** Whether this is a database of ours. */
export function isOurs(header: DatabaseHeader): boolean {
  return header.applicationId === applicationId
}

/**
 * Says whether a file is empty, or not there, or ours; anything else is refused. Looks at the bytes without SQLite, which would already change a
 * database that its program left with a write-ahead log.
 *
 * To be called by the owner of the database before it opens it: closing a file gives back the locks that this process has on it.
 */
export function readApplicationMark({ path }: Pick<FileLocation, 'path'>): Result<'empty' | 'ours', StoreRefusal> {
  const start = readStart(path, headerBytes)
  if (start.length === 0) return ok('empty')
  const header = parseHeader(start)
  if (header === undefined) {
    const remedy = 'Move it aside, or name another file: the broker makes a new one.'
    return err(explain({ reason: 'not_a_database', detail: `The file ${path} is not a database`, remedy }))
  }
  if (!isOurs(header)) {
    const detail = `The database ${path} was made by another program and is left untouched`
    const remedy = 'Move it aside, or name another file: the broker makes a new one, clients register again and users sign in again.'
    return err(explain({ reason: 'foreign_database', detail, remedy }))
  }
  return ok('ours')
}
