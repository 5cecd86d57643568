import type { Clock } from '@fjmcp-broker/shared/clock'
import type { ChildEndReason, RunnerProbe } from '../probe.ts'
import type { ChildProcess, ChildProgram } from './child-process.ts'

/** A program whose processes are counted. */
export interface CountedProgram extends ChildProgram {
  /** Their resident memory as last measured. */
  memoryBytes(): number
}

/** Counts the children that are started of a program; a process that only says its version is none. */
export function createCountedProgram({
  program,
  probe,
  clock,
}: {
  readonly program: ChildProgram
  readonly probe: RunnerProbe
  readonly clock: Clock
}): CountedProgram {
  const live = new Set<ChildProcess>()

  return {
    start(command, listener) {
      if (command.arguments[0] === '--version') return program.start(command, listener)
      const startedAtMs = clock()
      let isReady = false
      let why: ChildEndReason = 'by_itself'
      const child = program.start(command, {
        line(text) {
          if (!isReady) probe.childReady(clock() - startedAtMs)
          isReady = true
          listener.line(text)
        },
        broke(fault) {
          why = fault
          listener.broke(fault)
        },
        ended(end, lastWords) {
          live.delete(child)
          probe.childEnded(end.kind === 'not_started' ? 'not_started' : why)
          listener.ended(end, lastWords)
        },
      })
      if (child.pid !== undefined) live.add(child)
      return {
        ...child,
        closeInput() {
          if (why === 'by_itself') why = 'asked'
          child.closeInput()
        },
        signal(signal) {
          if (why === 'by_itself') why = 'asked'
          child.signal(signal)
        },
      }
    },
    memoryBytes: () => live.values().reduce((sum, child) => sum + (child.memoryBytes() ?? 0), 0),
  }
}
