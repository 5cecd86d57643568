import { readFileSync } from 'node:fs'
import { familyOf } from '@fjmcp-broker/testkit/processes'

/** Kernel ticks in a second, as proc(5) counts them; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

/** CPU time that these processes and all that they started have used so far, those that ended and were reaped included; in seconds. */
export function cpuSecondsOf(roots: readonly number[]): number {
  let ticks = 0
  for (const pid of roots.flatMap(familyOf)) ticks += readTicks(pid)
  return ticks / ticksPerSecond
}

/** Memory of these processes alone, shared pages divided among those that share them; in MiB. */
export function pssMibOf(pids: readonly number[]): number {
  let kib = 0
  for (const pid of pids) kib += Number(/^Pss: +(\d+) kB/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0)
  return kib / 1024
}

/** The arguments that a process was started with, its program first; empty when it is gone. */
export function argumentsOf(pid: number): readonly string[] {
  return read(pid, 'cmdline').split('\0')
}

/** @see proc_pid_stat(5): fields 14 to 17 are utime, stime, cutime and cstime; field 3 is the first after the name. */
function readTicks(pid: number): number {
  const stat = read(pid, 'stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
