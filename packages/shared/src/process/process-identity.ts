import { readFileSync } from 'node:fs'
import { readProcessStat } from './process-stat.ts'

/** A process that cannot be mistaken for a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, as the system counts: `<boot>:<ticks>`; null where that cannot be known. */
  readonly startTime: string | null
}

/** Tells when a process started: its `starttime` and the boot that this counts from. Null when there is no such process, or no `/proc`. */
export function readStartTime(pid: number): string | null {
  const stat = readProcessStat(pid)
  const boot = readBoot()
  return stat === undefined || boot === undefined ? null : `${boot}:${stat.startTicks}`
}

/** The ticks of a start time of this boot; undefined for one of another boot. */
export function ticksOfThisBoot(startTime: string): number | undefined {
  const [boot, ticks] = startTime.split(':')
  return boot === readBoot() ? Number(ticks) : undefined
}

function readBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return undefined
  }
}
