import { readdirSync, readFileSync, statSync } from 'node:fs'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { isInRange, type UidRange } from './uid-range.ts'

/** The processes of the system, found by whose they are. */
export interface UidProcesses {
  /** Whether a process has this uid as any of its four, be it one that is dead and waits for its parent. */
  has(uid: number): boolean
  /**
   * Kills every process of this uid that there is now.
   *
   * @param before What the round before this one found; undefined in the first.
   */
  kill(uid: number, before: KillRound | undefined): KillRound
}

/** What became of the processes of a uid. */
export interface KillRound {
  /** How many there were; those too that ended between being listed and being looked at, for they may have started others. With none, nothing of the uid lives. */
  readonly count: number
  /** Those that are dead and wait for their parent. */
  readonly dead: ReadonlySet<number>
}

/**
 * Finds processes in `/proc`, whatever group or session they moved to. One is not dead while a thread of it lives on.
 *
 * @param childUids Who has one of these as effective uid got it from us with the three others, and can change none.
 * @see proc_pid_status(5), credentials(7)
 */
export function createUidProcesses(childUids: UidRange): UidProcesses {
  return {
    has: (uid) => listProcesses().some((pid) => ['alive', 'dead'].includes(lookAt({ pid, uid, childUids }))),
    kill(uid, before) {
      const dead = new Set<number>()
      let count = 0
      // The newest first: one that keeps forking is ahead of us otherwise.
      for (const pid of listProcesses().toReversed()) {
        const found = lookAt({ pid, uid, childUids })
        if (found === 'alive') kill(pid)
        if (found === 'dead') dead.add(pid)
        if (found !== 'anothers' && before?.dead.has(pid) !== true) count += 1
      }
      return { count, dead }
    },
  }
}

/** Whether a process runs as this uid and gid, all four of each, and is in no other group. */
export function runsAs(pid: number, { uid, gid }: { readonly uid: number; readonly gid: number }): boolean {
  const status = readStatus(pid)
  return (
    status !== undefined &&
    idsIn(status, 'Uid').every((id) => id === uid) &&
    idsIn(status, 'Gid').every((id) => id === gid) &&
    idsIn(status, 'Groups').every((id) => id === gid)
  )
}

function listProcesses(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** What a process is to this uid. `gone`: it ended before that could be said. */
function lookAt({
  pid,
  uid,
  childUids,
}: {
  readonly pid: number
  readonly uid: number
  readonly childUids: UidRange
}): 'alive' | 'dead' | 'gone' | 'anothers' {
  try {
    // The folder belongs to the effective uid. To ask for that takes a seventh of the time that the reading of the file takes.
    const { uid: effective } = statSync(`/proc/${pid}`)
    if (effective !== uid && isInRange(effective, childUids)) return 'anothers'
  } catch (error) {
    return isGone(error) ? 'gone' : 'anothers'
  }
  const status = readStatus(pid)
  if (status === undefined) return 'gone'
  if (!idsIn(status, 'Uid').includes(uid)) return 'anothers'
  return isDead(status) ? 'dead' : 'alive'
}

function isDead(status: string): boolean {
  return /^State:\s*[ZX]/m.test(status) && /^Threads:\s*[01]$/m.test(status)
}

function idsIn(status: string, field: 'Uid' | 'Gid' | 'Groups'): readonly number[] {
  const line = new RegExp(`^${field}:(.*)$`, 'm').exec(status)?.[1] ?? ''
  return line.trim().split(/\s+/).filter(Boolean).map(Number)
}

function readStatus(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1')
  } catch {
    return undefined
  }
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // ESRCH: it ended by itself.
  }
}
