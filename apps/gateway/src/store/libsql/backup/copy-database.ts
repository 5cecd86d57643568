import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { readApplicationMark } from '../application-mark.ts'
import { classifyLibsqlError } from '../classify-libsql-error.ts'
import { readDatabaseState, withReadOnly } from '../database-state.ts'
import { findDamage } from '../integrity.ts'
import type { FileLocation } from '../location.ts'
import { explain } from '../refusal.ts'
import { type BackupFailure, explainWriteFailure } from './failure.ts'

export interface CopiedDatabase {
  readonly bytes: number
  /** How many migrations it has. */
  readonly migrations: number
}

/**
 * Writes what a database of ours holds at one moment to a new file, for our eyes only, and checks it. Whoever else uses the database goes
 * on reading and writing meanwhile. This thread stands still for as long as it takes.
 *
 * @param path Absolute; there must be nothing. What is there after a failure is for the caller to remove.
 */
export async function copyDatabase({
  location,
  path,
}: {
  readonly location: FileLocation
  readonly path: string
}): Promise<Result<CopiedDatabase, BackupFailure>> {
  const found = checkHoldsSomething(location)
  if (!found.ok) return found
  try {
    closeSync(openSync(path, 'wx', 0o600))
    const { applied } = await withReadOnly(location, async (client) => {
      const state = await readDatabaseState(client)
      if (state.applied.length > 0) await client.execute({ sql: 'vacuum broker into ?', args: [path] })
      return state
    })
    if (applied.length === 0) return err(nothingThere(location))
    const damage = await findDamage(path)
    if (damage !== undefined)
      return err(
        explain({
          reason: 'damaged',
          detail: `The database ${location.path} is damaged (${damage})`,
          remedy: 'Restore an earlier backup.',
        }),
      )
    return ok({ bytes: statSync(path).size, migrations: applied.length })
  } catch (error) {
    return err(explainCopyFailure({ error, location, path }))
  }
}

function checkHoldsSomething(location: FileLocation): Result<undefined, BackupFailure> {
  if (!existsSync(location.path)) return err(nothingThere(location))
  try {
    const mark = readApplicationMark(location)
    if (!mark.ok) return mark
    return mark.value === 'empty' ? err(nothingThere(location)) : ok(undefined)
  } catch (error) {
    const detail = `The database ${location.path} cannot be read (${errorCode(error) ?? 'unknown error'})`
    return err(explain({ reason: 'cannot_read', detail, remedy: 'Run this as the user that runs the broker.' }))
  }
}

function nothingThere({ path }: FileLocation): BackupFailure {
  const remedy = 'Is FJMCP_BROKER_DATABASE_URL what the broker runs with, and was it ever started?'
  return explain({ reason: 'no_database', detail: `There is nothing in ${path} to back up`, remedy })
}

function explainCopyFailure({
  error,
  location,
  path,
}: {
  readonly error: unknown
  readonly location: FileLocation
  readonly path: string
}): BackupFailure {
  const kind = classifyLibsqlError(error)?.kind
  if (kind === 'inaccessible') {
    return explain({
      reason: 'cannot_read',
      detail: `The database ${location.path} cannot be read as it is: a process may have been killed in the middle of its first write`,
      remedy: 'Start the broker once.',
    })
  }
  if (kind === 'locked') {
    return explain({
      reason: 'second_owner',
      detail: `The database ${location.path} is locked by another program`,
      remedy: 'End that one and try again.',
    })
  }
  return explainWriteFailure(error, dirname(path))
}
