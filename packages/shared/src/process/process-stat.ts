import { readFileSync } from 'node:fs'

/** What the system tells of one process. */
export interface ProcessStat {
  /** `Z` for one that has ended and was not yet waited for. */
  readonly state: string
  /** The number of its process group: the pid of the group's first leader, who may be gone. */
  readonly group: number
  /** The number of its session, which is the pid of the process that began it. */
  readonly session: number
  /** When it started, in clock ticks since the boot. */
  readonly startTicks: number
}

/**
 * Undefined when there is no such process, or no `/proc`.
 *
 * @see proc_pid_stat(5)
 */
export function readProcessStat(pid: number): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses and may hold anything; what follows it begins with the third.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', group: Number(fields[2]), session: Number(fields[3]), startTicks: Number(fields[19]) }
  } catch {
    return undefined
  }
}
