import { readdirSync } from 'node:fs'
import { signalGroup } from './process-group.ts'
import { type ProcessIdentity, readStartTime, ticksOfThisBoot } from './process-identity.ts'
import { readProcessStat } from './process-stat.ts'

/**
 * Kills the groups of those leaders that are still the same process, or are gone and left processes in their group; returns how many.
 * A group is left alone where the leader's start is not known, and where its number belongs to another process by now. Each leader must
 * have begun a session of its own.
 */
export function endProcessGroups(leaders: Iterable<ProcessIdentity>): number {
  const alive = [...leaders].filter((leader) => isStillThere(leader))
  for (const { pid } of alive) signalGroup(pid, 'SIGKILL')
  return alive.length
}

function isStillThere({ pid, startTime }: ProcessIdentity): boolean {
  if (startTime === null) return false
  const current = readStartTime(pid)
  return current === null ? hasLeftMembers(pid, startTime) : current === startTime
}

/**
 * While a group has a number, the system gives that to no new process. So where no process has it, the group is the leader's, or that
 * of a later leader of the same number that is gone as well; a group within the session of another, as shells make them, is neither.
 */
function hasLeftMembers(leader: number, startTime: string): boolean {
  const since = ticksOfThisBoot(startTime)
  if (since === undefined) return false
  return listProcesses().some((pid) => {
    const stat = readProcessStat(pid)
    return stat?.group === leader && stat.session === leader && stat.startTicks >= since && stat.state !== 'Z'
  })
}

function listProcesses(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}
