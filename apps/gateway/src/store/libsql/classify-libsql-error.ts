import { findLibsqlError } from './failures.ts'

/** What failed in the database. */
export interface LibsqlFailure {
  /**
   * `inaccessible`: the file, or one beside it, cannot be opened, or not for what is to be done. `unfit`: the database is not what the
   * statement expects.
   */
  readonly kind: 'locked' | 'damaged' | 'unfit' | 'no_room' | 'inaccessible' | 'other'
  /** SQLite's name for it. */
  readonly code: string
}

/** Says what failed in the database; `undefined` where that has no part in a failure. */
export function classifyLibsqlError(error: unknown): LibsqlFailure | undefined {
  const code = findLibsqlError(error)?.code
  return code === undefined ? undefined : { kind: kinds.get(code) ?? 'other', code }
}

const kinds: ReadonlyMap<string, LibsqlFailure['kind']> = new Map([
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_ERROR', 'unfit'],
  ['SQLITE_FULL', 'no_room'],
  ['SQLITE_READONLY', 'inaccessible'],
  ['SQLITE_CANTOPEN', 'inaccessible'],
])
