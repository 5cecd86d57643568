import { readdirSync, readFileSync } from 'node:fs'

/** Whether there is such a process; one that is dead and waits to be reaped is none. */
export function isAlive(pid: number): boolean {
  const state = readStat(pid)?.state
  return state !== undefined && state !== 'Z'
}

/** A process and all that it started, directly or by others. Those whose parent is gone already are not found. */
export function familyOf(pid: number): readonly number[] {
  const parents = readdirSync('/proc')
    .map(Number)
    .filter((member) => member > 0)
    .map((member) => ({ member, parent: readStat(member)?.parent }))
  const family = [pid]
  for (const ancestor of family) {
    for (const { member, parent } of parents) if (parent === ancestor) family.push(member)
  }
  return family
}

/** @see proc_pid_stat(5): the second field, in parentheses, may hold anything. */
function readStat(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    return undefined
  }
}
