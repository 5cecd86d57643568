import { signalGroup } from './process-group.ts'
import { type ProcessIdentity, readStartTime } from './process-identity.ts'

/** Kills the groups of those leaders that are still the same process; returns how many. One whose start is not known is left alone. */
export function endProcessGroups(leaders: Iterable<ProcessIdentity>): number {
  const alive = [...leaders].filter(({ pid, startTime }) => startTime !== null && readStartTime(pid) === startTime)
  for (const { pid } of alive) signalGroup(pid, 'SIGKILL')
  return alive.length
}
