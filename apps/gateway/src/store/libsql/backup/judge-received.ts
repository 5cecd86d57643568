import { isOurs } from '../application-mark.ts'
import { type DatabaseHeader, headerBytes, parseHeader } from '../database-header.ts'
import { type BackupFailure, damagedBackup, notABackup } from './failure.ts'

/** Passes on what is received as long as it may be a backup. */
export interface ReceivedJudge {
  /** Throws as soon as it cannot be one; `failure` says why. */
  pass(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void>
  readonly failure: BackupFailure | undefined
}

/**
 * Looks at a backup while it is received: it begins as a database of ours does, and is as long as it says. So what never ends does not fill
 * the disk, and what was cut off is found, which SQLite does only where whole pages are missing.
 *
 * @param name What it is called in messages.
 * @param hasLog Whether a write-ahead log comes with it, which may say that the length is another. There are whole pages all the same.
 */
export function createReceivedJudge({ name, hasLog }: { readonly name: string; readonly hasLog: boolean }): ReceivedJudge {
  let failure: BackupFailure | undefined

  return {
    get failure() {
      return failure
    },
    async *pass(input) {
      let held: Buffer = Buffer.alloc(0)
      let header: DatabaseHeader | undefined
      let received = 0
      for await (const chunk of input) {
        received += chunk.length
        held = header === undefined ? Buffer.concat([held, chunk]) : chunk
        if (header === undefined && held.length < headerBytes) continue
        header ??= readHeader(held)
        if (!hasLog && received > (header.bytes ?? 0)) refuse(damagedBackup(name, 'it is longer than it says'))
        yield held
      }
      if (header === undefined) return refuse(notABackup(name))
      const isWhole = hasLog ? received % header.pageBytes === 0 : received === header.bytes
      if (!isWhole) refuse(damagedBackup(name, 'it was cut off'))
    },
  }

  function readHeader(start: Buffer): DatabaseHeader {
    const header = parseHeader(start)
    return header !== undefined && isOurs(header) ? header : refuse(notABackup(name))
  }

  function refuse(why: BackupFailure): never {
    failure = why
    throw new Error(why.message)
  }
}
