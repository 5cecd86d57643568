import type { Log } from '@fjmcp-broker/shared/log'
import type { ChildUser, ChildUsers } from '../process/child-user.ts'
import type { Schedule } from '../schedule.ts'
import { type KillRound, runsAs, type UidProcesses } from './uid-processes.ts'
import { sizeOf, type UidRange } from './uid-range.ts'

const firstPauseMs = 10
const longestPauseMs = 1_000
const warnAfterRounds = 8

/**
 * Every child gets a uid that no process has: they are given in turn through the whole range, so that one comes back as late as can be. The
 * first is another at each start: what the kernel keeps for a uid, such as its keyring, can outlive us.
 */
export interface ChildUids extends ChildUsers {
  /** Settles when no process is left of the children that ended, or when these few seconds did not suffice to end them. */
  emptied(): Promise<void>
}

/**
 * Gives out the uids of a range. After a child's end every process of its uid is killed, in rounds with a pause between, for one that
 * forks fast may outrun a round; the uid stays out of use until none is left.
 *
 * @param randomInt A whole number from 0 to below its argument: where in the range to begin.
 * @param longestWaitMs How long `emptied` waits.
 */
export function createChildUids({
  range,
  processes,
  randomInt,
  schedule,
  log,
  longestWaitMs = 3_000,
}: {
  readonly range: UidRange
  readonly processes: UidProcesses
  readonly randomInt: (below: number) => number
  readonly schedule: Schedule
  readonly log: Log
  readonly longestWaitMs?: number | undefined
}): ChildUids {
  const taken = new Set<number>()
  const waiting = new Set<() => void>()
  let next = range.first + randomInt(sizeOf(range))

  return {
    take() {
      for (let tried = 0; tried < sizeOf(range); tried += 1) {
        const uid = next
        next = uid === range.last ? range.first : uid + 1
        if (taken.has(uid) || processes.has(uid)) continue
        taken.add(uid)
        return createUser(uid)
      }
      return undefined
    },
    async emptied() {
      if (taken.size === 0) return
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      // A timer that, unlike those of the rounds, keeps the process alive.
      const impatience = setTimeout(resolve, longestWaitMs)
      await promise
      clearTimeout(impatience)
      waiting.delete(resolve)
      if (taken.size > 0) log.error('child_processes_not_ended', { uids: [...taken].map(String) })
    },
  }

  function createUser(uid: number): ChildUser {
    const ids = { uid, gid: uid }
    let isReleased = false
    return {
      ids,
      isUserOf: (pid) => runsAs(pid, ids),
      release() {
        if (isReleased) return
        isReleased = true
        clear(uid, 1)
      },
    }
  }

  function clear(uid: number, round: number, before?: KillRound): void {
    const killed = processes.kill(uid, before)
    if (killed.count === 0) return free(uid)
    if (round === warnAfterRounds) log.warn('child_processes_left', { uid, count: killed.count })
    schedule(Math.min(firstPauseMs * 2 ** (round - 1), longestPauseMs), () => clear(uid, round + 1, killed))
  }

  function free(uid: number): void {
    taken.delete(uid)
    if (taken.size > 0) return
    for (const tellEmptied of waiting) tellEmptied()
  }
}
