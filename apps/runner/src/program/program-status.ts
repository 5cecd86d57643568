import type { Log } from '@fjmcp-broker/shared/log'
import type { ChildProgramStatus, Handshake } from '@fjmcp-broker/shared/runner/runner'
import { explainStartFailure } from '../supervision/explain.ts'
import type { Identification, ProgramIdentity } from './identify-program.ts'

/** Whether the child program works, as last seen. */
export interface ProgramStatus {
  /** Waits for the look at the program at the start of the runner. */
  read(): Promise<ChildProgramStatus>
  works(handshake: Handshake): void
  fails(detail: string): void
}

/** @param identification The look at the start, from which the operator hears at once of a program that is missing. */
export function createProgramStatus({
  identification,
  log,
}: {
  readonly identification: Pick<Identification, 'outcome'>
  readonly log: Log
}): ProgramStatus {
  let identity: ProgramIdentity | undefined
  let seen: ChildProgramStatus | undefined
  const firstLook = look()

  return {
    async read() {
      return seen ?? (await firstLook)
    },
    works({ serverInfo }) {
      seen = { state: 'ok', name: identity?.name ?? serverInfo.name, version: identity?.version ?? serverInfo.version }
    },
    fails(detail) {
      seen = { state: 'error', detail }
    },
  }

  async function look(): Promise<ChildProgramStatus> {
    const found = await identification.outcome
    if (found.ok) {
      identity = found.value
      seen ??= { state: 'ok', ...found.value }
      log.info('child_program_found', { ...found.value })
    } else {
      const detail = explainStartFailure(found.error)
      seen ??= { state: 'error', detail }
      log.error('child_program_unusable', { detail })
    }
    return seen
  }
}
