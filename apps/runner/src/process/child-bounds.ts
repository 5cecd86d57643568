import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Schedule } from '../schedule.ts'
import { type ByteAllowance, createByteAllowance } from './byte-allowance.ts'
import { measureChildren } from './child-memory.ts'
import { createMemoryWatch, type MemoryWatch } from './memory-watch.ts'

/** What a child may take of the machine. */
export interface ChildBounds {
  readonly memory: MemoryWatch
  /** What one process may write to its standard output unasked. */
  readonly newStdoutAllowance: () => ByteAllowance
  /** What one process may write to its standard error. */
  readonly newStderrAllowance: () => ByteAllowance
}

/** No bounds, for a process that is looked at for a moment. */
export const unbounded: ChildBounds = {
  memory: { begin: () => ({ bytes: () => undefined, end: () => undefined }) },
  newStdoutAllowance: () => ({ take: () => true }),
  newStderrAllowance: () => ({ take: () => true }),
}

/** @param memoryBytes Resident memory of one child with all that it starts. */
export function createChildBounds({
  memoryBytes,
  stdoutBytesPerSecond,
  stderrBytesPerSecond,
  clock,
  schedule,
  log,
}: {
  readonly memoryBytes: number
  readonly stdoutBytesPerSecond: number
  readonly stderrBytesPerSecond: number
  readonly clock: Clock
  readonly schedule: Schedule
  readonly log: Log
}): ChildBounds {
  return {
    memory: createMemoryWatch({ maxBytes: memoryBytes, measure: measureChildren, schedule, log }),
    newStdoutAllowance: () => createByteAllowance({ bytesPerSecond: stdoutBytesPerSecond, clock }),
    newStderrAllowance: () => createByteAllowance({ bytesPerSecond: stderrBytesPerSecond, clock }),
  }
}
