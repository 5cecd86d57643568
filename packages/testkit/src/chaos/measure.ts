import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { familyOf } from '../processes.ts'
import type { WholeBroker } from '../whole-broker.ts'
import { pidsOf } from './broker-parts.ts'

/** How many file descriptors of which kind: sockets, pipes, or a file by its name. */
export type Descriptors = Readonly<Record<string, number>>

/** What a broker holds at one moment, seen from outside. */
export interface Holdings {
  readonly children: number
  readonly zombies: number
  readonly descriptors: Readonly<Record<'gateway' | 'runner', Descriptors>>
}

export function measureHoldings(whole: WholeBroker): Holdings {
  return {
    children: pidsOf('child', whole).length,
    zombies: familyOf(whole.broker().pid).filter((pid) => statusOf(pid, 'State').startsWith('Z')).length,
    descriptors: { gateway: countDescriptors(pidsOf('gateway', whole)), runner: countDescriptors(pidsOf('runner', whole)) },
  }
}

/** Whether nothing is held that was not held before. */
export function isNoMore(now: Holdings, before: Holdings): boolean {
  return (
    now.children <= before.children &&
    now.zombies === 0 &&
    hasNoMore(now.descriptors.gateway, before.descriptors.gateway) &&
    hasNoMore(now.descriptors.runner, before.descriptors.runner)
  )
}

/** Resident memory of a process in MiB; 0 where there is no such process. */
export function measureMemoryMib(pid: number): number {
  return Math.round(Number.parseInt(statusOf(pid, 'VmRSS') || '0', 10) / 1024)
}

function hasNoMore(now: Descriptors, before: Descriptors): boolean {
  return Object.entries(now).every(([kind, count]) => count <= (before[kind] ?? 0))
}

function countDescriptors(pids: readonly number[]): Descriptors {
  const kinds = pids.flatMap((pid) => readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => kindOf(`/proc/${pid}/fd/${descriptor}`) ?? []))
  return Object.fromEntries(
    Map.groupBy(kinds, (kind) => kind)
      .entries()
      .map(([kind, all]) => [kind, all.length]),
  )
}

/** Undefined where it was closed meanwhile. */
function kindOf(link: string): string | undefined {
  try {
    return basename(readlinkSync(link)).replace(/:\[\d+\]$/, '')
  } catch {
    return undefined
  }
}

function statusOf(pid: number, field: string): string {
  try {
    return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''
  } catch {
    return ''
  }
}
