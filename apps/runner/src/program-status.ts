import type { Log } from '@fjmcp-broker/shared/log'
import type { ChildProgramStatus, Handshake } from '@fjmcp-broker/shared/runner/runner'
import type { ChildProgram, ProgramIdentity } from './process/child-process.ts'
import { explainStartFailure } from './supervision/explain.ts'

/** Whether the child program works, as last seen. */
export interface ProgramStatus {
  /** Waits for the look at the program at the start of the runner, a few seconds at most. */
  read(): Promise<ChildProgramStatus>
  works(handshake: Handshake): void
  fails(detail: string): void
}

/** Looks at the program once, at its making, so that the operator hears at once of one that is missing. */
export function createProgramStatus({ program, log }: { readonly program: ChildProgram; readonly log: Log }): ProgramStatus {
  let identity: ProgramIdentity | undefined
  let seen: ChildProgramStatus | undefined
  const firstLook = look()

  return {
    async read() {
      await firstLook
      return seen ?? { state: 'ok', name: null, version: null }
    },
    works({ serverInfo }) {
      seen = { state: 'ok', name: identity?.name ?? serverInfo.name, version: identity?.version ?? serverInfo.version }
    },
    fails(detail) {
      seen = { state: 'error', detail }
    },
  }

  async function look(): Promise<void> {
    const found = await program.identify()
    if (found.ok) {
      identity = found.value
      seen ??= { state: 'ok', ...found.value }
      log.info('child_program_found', { ...found.value })
    } else {
      const detail = explainStartFailure(found.error)
      seen ??= { state: 'error', detail }
      log.error('child_program_unusable', { detail })
    }
  }
}
