import { explain, type StoreRefusal } from './refusal.ts'

/**
 * Tells the operator why a file cannot be written. What the disk failed at may pass, a permission that is missing does not.
 *
 * @param code The system's or SQLite's name for it, or some other word.
 */
export function notWritable(path: string, code: string): StoreRefusal {
  const detail = `The file ${path} cannot be written (${code})`
  const remedy = 'Let the user that runs the broker write to it and to its folder.'
  return findDiskFailure(path, code) ?? explain({ reason: 'not_writable', detail, remedy })
}

/** The same of what the disk failed at; undefined where it has no part in it. */
export function findDiskFailure(path: string, code: string): StoreRefusal | undefined {
  if (noRoom.has(code)) {
    const detail = `There is no room on the disk for ${path} (${code})`
    return explain({ reason: 'unusable', detail, remedy: 'Make room and try again.' })
  }
  if (faults.has(code)) {
    const detail = `The disk fails at ${path} (${code})`
    return explain({ reason: 'unusable', detail, remedy: 'Look at the disk: is it full, or has it a fault?' })
  }
}

const noRoom: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])

const faults: ReadonlySet<string> = new Set(['EIO', 'SQLITE_IOERR'])
