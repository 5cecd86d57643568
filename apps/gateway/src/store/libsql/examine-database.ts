import { statSync } from 'node:fs'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { readApplicationMark } from './application-mark.ts'
import { type DatabaseState, readDatabaseState, withReadOnly } from './database-state.ts'
import { damaged, explainFailure } from './explain-failure.ts'
import { passesQuickCheck } from './integrity.ts'
import type { FileLocation } from './location.ts'
import { readStart } from './read-start.ts'
import type { StoreRefusal } from './refusal.ts'

/**
 * What is in a database file. `empty` also where there is none: the next start makes it. `interrupted` where a write was cut short, which
 * only a connection that may write can take back: the next start does.
 */
export type Examination = 'empty' | 'interrupted' | DatabaseState

/**
 * Says what is in a database file of ours, and changes nothing: neither the database nor a write-ahead log that a killed broker left, which
 * any connection that may write would move into it. Another process may be using it; not this one, as for `readApplicationMark`.
 *
 * @param mostBytesToCheck Up to which size the file is also read from end to end, to find damage.
 */
export async function examineDatabase(
  location: FileLocation,
  { mostBytesToCheck = 0 }: { readonly mostBytesToCheck?: number } = {},
): Promise<Result<Examination, StoreRefusal>> {
  try {
    const mark = readApplicationMark(location)
    if (!mark.ok) return mark
    if (mark.value === 'empty') return ok('empty')
    if (wasCutShort(location)) return ok('interrupted')
    return await withReadOnly(location, async (client) => {
      const isSound = statSync(location.path).size > mostBytesToCheck || (await passesQuickCheck(client))
      return isSound ? ok(await readDatabaseState(client)) : err(damaged(location.path, "SQLite's quick_check finds faults in it"))
    })
  } catch (error) {
    return err(explainFailure(error, location.path))
  }
}

/** SQLite's own rule: the beginning of the rollback journal is written last and is taken away, or is zero, when the write is done. */
function wasCutShort({ path }: FileLocation): boolean {
  const [first = 0] = readStart(`${path}-journal`, 1)
  return first !== 0
}
