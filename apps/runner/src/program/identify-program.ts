import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildProgram } from '../process/child-process.ts'
import type { ProcessGroups } from '../process/process-groups.ts'
import type { Schedule } from '../schedule.ts'
import type { StartFailure } from '../supervision/event.ts'

/** What a program tells of itself; null where it does not. */
export interface ProgramIdentity {
  readonly name: string | null
  readonly version: string | null
}

/** A look at the program that is under way. */
export interface Identification {
  readonly outcome: Promise<Result<ProgramIdentity, StartFailure>>
  /** Cuts it short. */
  stop(): void
}

const timeoutMs = 5_000
const longestAnswerBytes = 10_000

/** Runs the program with `--version`, for a few seconds at most. One that can be started and says nothing of use is a program all the same. */
export function identifyProgram({
  program,
  groups,
  schedule,
}: {
  readonly program: ChildProgram
  readonly groups: Pick<ProcessGroups, 'started' | 'ended'>
  readonly schedule: Schedule
}): Identification {
  const { promise, resolve } = Promise.withResolvers<Result<ProgramIdentity, StartFailure>>()
  let firstLine: string | undefined
  const child = program.start(
    { arguments: ['--version'], environment: {}, maxLineBytes: longestAnswerBytes },
    {
      line(text) {
        firstLine ??= text
        return true
      },
      broke: stop,
      ended(end) {
        callOff()
        if (child.pid !== undefined) groups.ended(child.pid)
        resolve(end.kind === 'exited' ? ok(parseIdentity(firstLine ?? '')) : err(end.cause))
      },
    },
  )
  if (child.pid !== undefined) groups.started(child.pid)
  child.closeInput()
  const callOff = schedule(timeoutMs, stop)
  return { outcome: promise, stop }

  function stop(): void {
    child.signal('SIGKILL')
  }
}

/** Reads a line such as `forgejo-mcp 2.34.1`; of anything but printable ASCII nothing is taken. */
function parseIdentity(line: string): ProgramIdentity {
  const [, name, version] = /^([\x21-\x7e]{1,100})\s+v?([\x21-\x7e]{1,100})$/.exec(line.trim()) ?? []
  return { name: name ?? null, version: version ?? null }
}
