import { classifyLibsqlError } from './classify-libsql-error.ts'
import { explain, type StoreRefusal } from './refusal.ts'
import { notWritable } from './write-failure.ts'

/** Tells the operator what a failure of libsql means for a database file. Throws again what the database has no part in. */
export function explainFailure(error: unknown, path: string): StoreRefusal {
  const failure = classifyLibsqlError(error)
  if (failure === undefined) throw error
  const { kind, code } = failure
  switch (kind) {
    case 'inaccessible':
    case 'no_room':
      return notWritable(path, code)
    case 'damaged':
      return damaged(path, code)
    case 'locked':
      return explain({
        reason: 'second_owner',
        detail: `The database ${path} is locked by another program`,
        remedy: 'End that one and start again.',
      })
    case 'unfit':
    case 'other':
      return explain({
        reason: 'unusable',
        detail: `The database ${path} cannot be used (${code})`,
        remedy: 'Look at the disk it is on: is it full?',
      })
  }
}

/** @param fault What SQLite finds wrong with it. */
export function damaged(path: string, fault: string): StoreRefusal {
  return explain({
    reason: 'not_a_database',
    detail: `The database ${path} is damaged (${fault})`,
    remedy: 'Keep its files aside and, with the broker stopped, restore the newest backup: fjmcp-broker restore FILE.',
  })
}
