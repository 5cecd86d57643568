import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { familyOf } from '../processes.ts'
import type { WholeBroker } from '../whole-broker.ts'
import { pidsOf } from './broker-parts.ts'

/**
 * How many file descriptors of which kind: sockets, pipes, or a file by its name. A client's connection to the public port counts only when
 * the client has closed it: until then both sides keep it for the next request, for minutes.
 */
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
    descriptors: {
      gateway: countDescriptors(pidsOf('gateway', whole), findOpenConnections(whole.publicUrl)),
      runner: countDescriptors(pidsOf('runner', whole), new Set()),
    },
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

function countDescriptors(pids: readonly number[], except: ReadonlySet<string>): Descriptors {
  const targets = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => targetOf(`/proc/${pid}/fd/${descriptor}`) ?? []),
  )
  const kinds = targets.filter((target) => !except.has(target)).map((target) => basename(target).replace(/:\[\d+\]$/, ''))
  return Object.fromEntries(
    Map.groupBy(kinds, (kind) => kind)
      .entries()
      .map(([kind, all]) => [kind, all.length]),
  )
}

/** Undefined where it was closed meanwhile. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}

/**
 * The sockets, as links of descriptors name them, of the connections to a port that neither side has closed.
 *
 * @see proc_net_tcp in the documentation of Linux: local address, remote address, state, seven more fields, inode.
 */
function findOpenConnections(publicUrl: string): ReadonlySet<string> {
  const port = Number(new URL(publicUrl).port).toString(16).toUpperCase().padStart(4, '0')
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  const open = rows.filter(([, local, , state]) => local?.endsWith(`:${port}`) === true && state === established)
  return new Set(open.map((fields) => `socket:[${fields[9]}]`))
}

const established = '01'

function statusOf(pid: number, field: string): string {
  try {
    return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''
  } catch {
    return ''
  }
}
