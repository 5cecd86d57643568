import { closeSync, createReadStream, createWriteStream, existsSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { FileLocation } from '../location.ts'
import { type BackupFailure, explainWriteFailure, interrupted } from './failure.ts'

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
    closeSync(openSync(source.path, 'r'))
    const found = statSync(source.path)
    const replaced = statSync(path, { throwIfNoEntry: false })
    if (!found.isFile()) return err({ reason: 'cannot_read', message: `${source.path} is not a file.` })
    if (resolve(source.path) !== path && !(found.ino === replaced?.ino && found.dev === replaced.dev)) return ok(undefined)
    return err({ reason: 'not_a_backup', message: `${source.path} is the database itself. Name a backup.` })
  } catch (error) {
    const message = `The backup ${source.path} cannot be read (${errorCode(error) ?? 'unknown error'}). Is the path right, seen from where this runs?`
    return err({ reason: 'cannot_read', message })
  }
}

/** Writes what comes from a source to a new file, for our eyes only. What is there after a failure is for the caller to remove. */
export async function receiveBackup({
  source,
  path,
  stopping,
}: {
  readonly source: BackupSource
  readonly path: string
  readonly stopping: AbortSignal
}): Promise<Result<undefined, BackupFailure>> {
  try {
    if ('stream' in source) await write(source.stream, path)
    else {
      await write(createReadStream(source.path), path)
      const log = `${source.path}-wal`
      if (existsSync(log)) await write(createReadStream(log), `${path}-wal`)
    }
    return ok(undefined)
  } catch (error) {
    return err(stopping.aborted ? interrupted : explainWriteFailure(error, dirname(path)))
  }

  async function write(input: Readable, to: string): Promise<void> {
    await pipeline(input, createWriteStream(to, { flags: 'wx', mode: 0o600 }), { signal: stopping })
  }
}
