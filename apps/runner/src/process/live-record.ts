import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Log } from '@fjmcp-broker/shared/log'
import { z } from 'zod'
import type { ProcessIdentity } from '@fjmcp-broker/shared/process/process-identity'

/** Remembers beyond the runner's death which children live. */
export interface LiveRecord {
  /** What was written last; nothing where that cannot be read. */
  read(): readonly ProcessIdentity[]
  write(children: readonly ProcessIdentity[]): void
}

const schema = z.array(z.object({ pid: z.int().min(2), startTime: z.string().nullable() }))

/**
 * Keeps the record in a file, replaced as a whole. Synchronous: a child must be on record before anything else can happen, and there are
 * few of them. A file that cannot be written is warned of, and does not keep the runner from its work.
 */
export function createLiveRecord({ path, log }: { readonly path: string; readonly log: Log }): LiveRecord {
  return {
    read() {
      try {
        return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') log.warn('child_record_unreadable', { code: codeOf(error) })
        return []
      }
    },
    write(children) {
      try {
        writeFileSync(`${path}.new`, JSON.stringify(children), { mode: 0o600 })
        renameSync(`${path}.new`, path)
      } catch (error) {
        log.warn('child_record_not_written', { code: codeOf(error) })
      }
    },
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'malformed'
}
