import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readProcessStat } from '@fjmcp-broker/shared/process/process-stat'

/** A child and all that it starts. */
export interface MeasuredChild {
  /** The leader of its process group. */
  readonly leader: number
  /** Where it has one of its own: then its processes are told by that, for they can leave the group. */
  readonly uid: number | undefined
}

/** How many processes are looked at before others get their turn; that takes about half a millisecond. */
const atOnce = 16

/**
 * The resident memory of children, by their leaders, in bytes; those that are gone are left out, and all are where there is no `/proc`.
 * Pages that several processes share count for each.
 *
 * @see proc_pid_status(5)
 */
export async function measureChildren(children: readonly MeasuredChild[]): Promise<ReadonlyMap<number, number>> {
  const leaders = new Set(children.map(({ leader }) => leader))
  const leaderOfUid = new Map(children.flatMap(({ leader, uid }) => (uid === undefined ? [] : [[uid, leader] as const])))
  const measured = new Map<number, number>()
  let seen = 0
  for (const pid of listProcesses()) {
    seen += 1
    if (seen % atOnce === 0) await nextTurn()
    const status = leaderOfUid.size > 0 ? readStatus(pid) : undefined
    const leader = status === undefined ? readProcessStat(pid)?.group : leaderOfUid.get(realUid(status))
    if (leader === undefined || !leaders.has(leader)) continue
    measured.set(leader, (measured.get(leader) ?? 0) + residentBytes(status ?? readStatus(pid)))
  }
  return measured
}

function listProcesses(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** A process that ended meanwhile has none. Not the owner of its folder: that is root's where the process forbids dumps of itself. */
function realUid(status: string): number {
  return Number(/^Uid:\s*(\d+)/m.exec(status)?.[1])
}

/** In kB there, whatever the size of a page; every uid may read it. */
function residentBytes(status: string): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1')
  } catch {
    return ''
  }
}
