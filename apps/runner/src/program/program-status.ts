import type { Log } from '@fjmcp-broker/shared/log'
import type { ChildProgramStatus, Handshake } from '@fjmcp-broker/shared/runner/runner'
import { explainStartFailure } from '../supervision/explain.ts'
import { plainWords } from '../supervision/plain-words.ts'
import type { Identification, ProgramIdentity } from './identify-program.ts'

/** Whether the child program works, as last seen. */
export interface ProgramStatus {
  /** Has a first look at the program, from which the operator hears at once of one that is missing. Asked again it does nothing. */
  look(): void
  /** Waits for the first look where that is under way; `unknown` as long as nobody has begun it. */
  read(): Promise<ChildProgramStatus>
  works(handshake: Handshake): void
  fails(detail: string): void
  /** Cuts the first look short; settles when no process of it is left. */
  close(): Promise<void>
}

/** @param identify Runs the program. */
export function createProgramStatus({ identify, log }: { readonly identify: () => Identification; readonly log: Log }): ProgramStatus {
  let identity: ProgramIdentity | undefined
  let seen: ChildProgramStatus | undefined
  let firstLook: { readonly identification: Identification; readonly over: Promise<void> } | undefined

  return {
    look() {
      if (firstLook !== undefined) return
      const identification = identify()
      firstLook = { identification, over: identification.outcome.then(note) }
    },
    async read() {
      if (seen === undefined) await firstLook?.over
      return seen ?? { state: 'unknown' }
    },
    works({ serverInfo }) {
      seen = {
        state: 'ok',
        name: identity?.name ?? plainWords(serverInfo.name),
        version: identity?.version ?? plainWords(serverInfo.version),
      }
    },
    fails(detail) {
      seen = { state: 'error', detail }
    },
    async close() {
      firstLook?.identification.stop()
      await firstLook?.over
    },
  }

  function note(found: Awaited<Identification['outcome']>): void {
    if (found.ok) {
      identity = found.value
      // One that says nothing of use may yet be a child; whether it works shows at the first start.
      if (found.value.name !== null) seen ??= { state: 'ok', ...found.value }
      log.info('child_program_found', { ...found.value })
    } else {
      const detail = explainStartFailure(found.error)
      seen ??= { state: 'error', detail }
      log.error('child_program_unusable', { detail })
    }
  }
}
