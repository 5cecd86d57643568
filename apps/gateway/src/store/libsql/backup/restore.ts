import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { readApplicationMark } from '../application-mark.ts'
import type { BrokerIdentity } from '../broker-identity.ts'
import type { BrokerSchema } from '../known-migrations.ts'
import type { FileLocation } from '../location.ts'
import { ownDatabase } from '../own-database.ts'
import { checkBackup, type CheckedBackup } from './check-backup.ts'
import { type BackupFailure, explainWriteFailure, interrupted } from './failure.ts'
import { type BackupSource, checkSource, describeSource, receiveBackup } from './receive-backup.ts'
import { replaceDatabase } from './replace-database.ts'
import { removeCopy, removeStaleCopies, temporaryCopyPath } from './temporary-copy.ts'

export interface Restored extends CheckedBackup {
  /** Where what was there before is kept; undefined where there was nothing. */
  readonly kept: string | undefined
}

interface RestoreOptions {
  readonly location: FileLocation
  readonly source: BackupSource
  readonly schema: BrokerSchema
  readonly identity: BrokerIdentity
  readonly nowMs: number
  readonly stopping: AbortSignal
}

/**
 * Puts a backup in the place of a database that no broker uses, and keeps what was there. The backup is checked first, as the next start
 * would. A failure has changed nothing; whenever this is ended, the place has either the old database or the new one.
 *
 * @param nowMs Milliseconds since the Unix epoch; what was there is named for it.
 * @param stopping Gives up, as long as the backup is not in its place.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Result<Restored, BackupFailure>> {
  const { location, source } = options
  const readable = checkSource(source, location)
  if (!readable.ok) return readable
  const lock = await ownDatabase(location)
  if (!lock.ok) return lock
  try {
    const replaceable = checkReplaceable(location)
    return replaceable.ok ? await restoreOwned(options) : replaceable
  } catch (error) {
    return err(explainWriteFailure(error, dirname(location.path)))
  } finally {
    await lock.value.release()
  }
}

async function restoreOwned({
  location,
  source,
  schema,
  identity,
  nowMs,
  stopping,
}: RestoreOptions): Promise<Result<Restored, BackupFailure>> {
  const folder = dirname(location.path)
  removeStaleCopies(folder, nowMs)
  const copy = temporaryCopyPath(folder)
  try {
    const received = await receiveBackup({ source, path: copy, stopping })
    if (!received.ok) return received
    const checked = await checkBackup({ path: copy, name: describeSource(source), schema, identity })
    // Signals that came meanwhile are heard now.
    await setImmediate()
    if (stopping.aborted) return err(interrupted)
    if (!checked.ok) return checked
    return ok({ ...checked.value, kept: await replaceDatabase({ location, replacement: copy, nowMs }) })
  } finally {
    removeCopy(copy)
  }
}

/** What another program made is left to its owner. What is no database any more may be replaced. */
function checkReplaceable(location: FileLocation): Result<undefined, BackupFailure> {
  if (!existsSync(location.path)) return ok(undefined)
  const mark = readApplicationMark(location)
  return !mark.ok && mark.error.reason === 'foreign_database' ? mark : ok(undefined)
}
