import { createReadStream, linkSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { FileLocation } from '../location.ts'
import { explain } from '../refusal.ts'
import { type CopiedDatabase, copyDatabase } from './copy-database.ts'
import { type BackupFailure, explainOutputFailure, explainWriteFailure, interrupted } from './failure.ts'
import { syncToDisk } from './sync-to-disk.ts'
import { removeCopy, removeStaleCopies, temporaryCopyPath } from './temporary-copy.ts'

/** What is backed up, and until when. */
interface BackUpOptions {
  readonly location: FileLocation
  /** Gives up. While the database is copied this thread stands still and heeds nothing. */
  readonly stopping: AbortSignal
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number
}

/**
 * Writes a backup of a database that may be in use to a new file, for our eyes only. The file is there when the backup is whole and on
 * the disk, and not before.
 */
export async function backUpToFile({
  path,
  ...options
}: BackUpOptions & {
  readonly path: string
}): Promise<Result<CopiedDatabase, BackupFailure>> {
  const target = resolve(path)
  const folder = dirname(target)
  const isFree = checkTarget(options.location, target)
  if (!isFree.ok) return isFree
  return withCopy({ ...options, folder }, async (copy) => {
    try {
      syncToDisk(copy)
      giveName(copy, target)
      syncToDisk(folder)
      return ok(undefined)
    } catch (error) {
      return err(errorCode(error) === 'EEXIST' ? targetExists(target) : explainWriteFailure(error, folder))
    }
  })
}

/**
 * Writes a backup of a database that may be in use to a stream. The copy that it is read from lies beside the database, where the broker
 * may write, and has no name any more when the first byte goes out.
 *
 * @param onUnnamed Called when the copy has lost its name: from then on the process may be ended in any way.
 */
export async function backUpToStream({
  output,
  onUnnamed,
  ...options
}: BackUpOptions & {
  readonly output: Writable
  readonly onUnnamed: () => void
}): Promise<Result<CopiedDatabase, BackupFailure>> {
  const { location, stopping } = options
  return withCopy({ ...options, folder: dirname(location.path) }, async (copy) => {
    const file = openSync(copy, 'r')
    rmSync(copy)
    onUnnamed()
    try {
      await pipeline(createReadStream(copy, { fd: file }), output, { signal: stopping })
      return ok(undefined)
    } catch (error) {
      return err(explainOutputFailure(error))
    }
  })
}

/** Makes a copy in a folder, does something with it, and leaves none. */
async function withCopy(
  { location, folder, stopping, nowMs }: BackUpOptions & { readonly folder: string },
  use: (copy: string) => Promise<Result<undefined, BackupFailure>>,
): Promise<Result<CopiedDatabase, BackupFailure>> {
  for (const place of new Set([folder, dirname(location.path)])) removeStaleCopies(place, nowMs)
  const copy = temporaryCopyPath(folder)
  try {
    const copied = await copyDatabase({ location, path: copy })
    // Signals that came meanwhile are heard now.
    await setImmediate()
    if (stopping.aborted) return err(interrupted)
    if (!copied.ok) return copied
    const used = await use(copy)
    return used.ok ? copied : used
  } finally {
    removeCopy(copy)
  }
}

/** Takes the place of nothing, also of nothing that came after it was looked for. */
function giveName(copy: string, target: string): void {
  try {
    linkSync(copy, target)
    rmSync(copy)
  } catch (error) {
    if (!withoutSecondNames.has(errorCode(error) ?? '')) throw error
    renameSync(copy, target)
  }
}

/** What file systems say that know one name of a file only. */
const withoutSecondNames: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

function checkTarget({ path }: FileLocation, target: string): Result<undefined, BackupFailure> {
  if (target.startsWith(`${path}-`)) {
    const detail = `${target} is a name that belongs to the database itself`
    return err(explain({ reason: 'target_exists', detail, remedy: 'Give the backup another one.' }))
  }
  try {
    if (lstatSync(target, { throwIfNoEntry: false }) === undefined) return ok(undefined)
    return err(targetExists(target))
  } catch (error) {
    return err(explainWriteFailure(error, dirname(target)))
  }
}

function targetExists(target: string): BackupFailure {
  const detail = `${target} exists and is left as it is`
  return explain({ reason: 'target_exists', detail, remedy: 'Give the backup a name of its own.' })
}
