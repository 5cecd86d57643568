import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readProcessStat } from '@fjmcp-broker/shared/process/process-stat'

/** How many processes are looked at before others get their turn; that takes less than half a millisecond. */
const atOnce = 16

/**
 * The resident memory of process groups, by their leaders, in bytes; those that are gone are left out, and all are where there is no `/proc`.
 * Pages that several processes share count for each.
 *
 * @see proc_pid_status(5)
 */
export async function measureGroups(leaders: ReadonlySet<number>): Promise<ReadonlyMap<number, number>> {
  const measured = new Map<number, number>()
  let seen = 0
  for (const pid of listProcesses()) {
    seen += 1
    if (seen % atOnce === 0) await nextTurn()
    const group = readProcessStat(pid)?.group
    if (group === undefined || !leaders.has(group)) continue
    measured.set(group, (measured.get(group) ?? 0) + residentBytes(pid))
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

/** In kB there, whatever the size of a page; every uid may read it. One that ended meanwhile has none. */
function residentBytes(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return Number(kilobytes) * 1024
  } catch {
    return 0
  }
}
