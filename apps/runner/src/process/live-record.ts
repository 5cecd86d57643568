import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import type { Log } from '@fjmcp-broker/shared/log'
import { type ProcessIdentity, readStartTime } from '@fjmcp-broker/shared/process/process-identity'
import { z } from 'zod'

/** Remembers beyond the runner's death which children live. */
export interface LiveRecord {
  /** What was written last; nothing where that cannot be read, or where the runner that wrote it lives. */
  read(): readonly ProcessIdentity[]
  write(children: readonly ProcessIdentity[]): void
}

const identity = z.object({ pid: z.int().min(2), startTime: z.string().nullable() })
const schema = z.object({ runner: identity.extend({ pid: z.int().min(1) }), children: z.array(identity) })

/**
 * Keeps the record in a file, replaced as a whole. Synchronous: a child must be on record before anything else can happen, and there are
 * few of them. A file that cannot be written is warned of, and does not keep the runner from its work. The record of a runner that lives
 * is left to that one: a second runner, started by mistake, must not end the children of the first before it finds the socket taken.
 */
export function createLiveRecord({ path, log }: { readonly path: string; readonly log: Log }): LiveRecord {
  const runner: ProcessIdentity = { pid: process.pid, startTime: readStartTime(process.pid) }
  let isAnothers = false

  return {
    read() {
      try {
        if (!isOurs(path)) throw new Error('The gateway can write to the folder too, and must not name processes to be ended')
        const record = schema.parse(JSON.parse(readFileSync(path, 'utf8')))
        isAnothers = record.runner.pid !== runner.pid && isAlive(record.runner)
        if (isAnothers) log.warn('child_record_in_use', { pid: record.runner.pid })
        return isAnothers ? [] : record.children
      } catch (error) {
        const code = errorCode(error) ?? 'malformed'
        if (code !== 'ENOENT') log.warn('child_record_unreadable', { code })
        return []
      }
    },
    write(children) {
      if (isAnothers) return
      try {
        // Whatever lies there, it is not written into.
        rmSync(`${path}.new`, { force: true })
        writeFileSync(`${path}.new`, JSON.stringify({ runner, children }), { mode: 0o600, flag: 'wx' })
        renameSync(`${path}.new`, path)
      } catch (error) {
        log.warn('child_record_not_written', { code: errorCode(error) })
      }
    },
  }
}

function isOurs(path: string): boolean {
  const { uid } = lstatSync(path)
  return uid === process.geteuid?.()
}

function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return startTime !== null && readStartTime(pid) === startTime
}
