import { closeSync, createReadStream, createWriteStream, existsSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { FileLocation } from '../location.ts'
import { explain } from '../refusal.ts'
import { type BackupFailure, explainWriteFailure, interrupted } from './failure.ts'
import { createReceivedJudge, type ReceivedJudge } from './judge-received.ts'

/** Where a backup comes from: a file, together with the write-ahead log beside it where there is one, or a stream. */
export type BackupSource = { readonly path: string } | { readonly stream: Readable }

/** What a source is called in messages. */
export function describeSource(source: BackupSource): string {
  return 'path' in source ? source.path : 'standard input'
}

/** Says whether a source can be read, and is not the very database that it is to replace. */
export function checkSource(source: BackupSource, { path }: FileLocation): Result<undefined, BackupFailure> {
  if (!('path' in source)) return ok(undefined)
  try {
    const found = statSync(source.path)
    const replaced = statSync(path, { throwIfNoEntry: false })
    if (!found.isFile()) return err(cannotRead(`${source.path} is not a file`, 'Name a backup.'))
    if (resolve(source.path) === path || (found.ino === replaced?.ino && found.dev === replaced.dev)) {
      return err(explain({ reason: 'not_a_backup', detail: `${source.path} is the database itself`, remedy: 'Name a backup.' }))
    }
    closeSync(openSync(source.path, 'r'))
  } catch (error) {
    return err(unreadable(`The backup ${source.path}`, error))
  }
  return checkLog(logOf(source.path))
}

/** Writes what comes from a source to a new file, for our eyes only, as long as it may be a backup. What is there after a failure is for the caller to remove. */
export async function receiveBackup({
  source,
  path,
  stopping,
}: {
  readonly source: BackupSource
  readonly path: string
  readonly stopping: AbortSignal
}): Promise<Result<undefined, BackupFailure>> {
  const name = describeSource(source)
  if ('stream' in source) {
    return write({ input: source.stream, name, path, stopping, judge: createReceivedJudge({ name, hasLog: false }) })
  }
  const log = logOf(source.path)
  const hasLog = (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0
  const judge = createReceivedJudge({ name, hasLog })
  const file = await write({ input: createReadStream(source.path), name, path, stopping, judge })
  if (!file.ok || !existsSync(log)) return file
  return write({ input: createReadStream(log), name: log, path: `${path}-wal`, stopping })
}

async function write({
  input,
  name,
  path,
  stopping,
  judge,
}: {
  readonly input: Readable
  readonly name: string
  readonly path: string
  readonly stopping: AbortSignal
  readonly judge?: ReceivedJudge
}): Promise<Result<undefined, BackupFailure>> {
  const output = openOutput(path)
  if (!output.ok) return output
  // The one that fails ends the other with the same error.
  let isInputAtFault: boolean | undefined
  input.once('error', () => (isInputAtFault ??= true))
  output.value.once('error', () => (isInputAtFault ??= false))
  try {
    await (judge === undefined
      ? pipeline(input, output.value, { signal: stopping })
      : pipeline(input, (chunks) => judge.pass(chunks), output.value, { signal: stopping }))
    return ok(undefined)
  } catch (error) {
    if (stopping.aborted) return err(interrupted)
    if (judge?.failure !== undefined) return err(judge.failure)
    return err(isInputAtFault === true ? unreadable(name, error) : explainWriteFailure(error, dirname(path)))
  }
}

/** At once: a stream would open it at some time, which may be after it was given up and removed. */
function openOutput(path: string): Result<Writable, BackupFailure> {
  try {
    return ok(createWriteStream(path, { fd: openSync(path, 'wx', 0o600) }))
  } catch (error) {
    return err(explainWriteFailure(error, dirname(path)))
  }
}

/** The log goes with the file: without it the backup would lack what was written last. */
function checkLog(log: string): Result<undefined, BackupFailure> {
  if (!existsSync(log)) return ok(undefined)
  try {
    if (!statSync(log).isFile()) return err(cannotRead(`${log}, which belongs to the backup, is not a file`, 'Move it aside.'))
    closeSync(openSync(log, 'r'))
    return ok(undefined)
  } catch (error) {
    return err(unreadable(`${log}, which belongs to the backup,`, error))
  }
}

function unreadable(name: string, error: unknown): BackupFailure {
  const remedy = 'Is the path right, seen from where this runs, and may this user read it?'
  return cannotRead(`${name} cannot be read (${errorCode(error) ?? 'unknown error'})`, remedy)
}

function cannotRead(detail: string, remedy: string): BackupFailure {
  return explain({ reason: 'cannot_read', detail, remedy })
}

function logOf(path: string): string {
  return `${path}-wal`
}
