import { readFileSync } from 'node:fs'
import { familyOf, isAlive } from '../processes.ts'
import type { WholeBroker } from '../whole-broker.ts'
import type { Part } from './plan-faults.ts'

/** The processes of one part of a broker that live now. */
export function pidsOf(part: Part, whole: WholeBroker): readonly number[] {
  const runner = whole.broker().pid
  switch (part) {
    case 'runner':
      return [runner].filter(isAlive)
    case 'gateway':
      return [gatewayOf(whole)].filter(isAlive)
    case 'child':
      return familyOf(runner).filter((pid) => pid !== runner && pid !== gatewayOf(whole) && runsFrom(pid, whole.folder))
  }
}

/** Every process on this machine that was started with something in a folder. */
export function isStartedFrom(pid: number, folder: string): boolean {
  return runsFrom(pid, folder) && isAlive(pid)
}

function gatewayOf(whole: WholeBroker): number {
  return Number(whole.broker().log.findLast(({ event }) => event === 'gateway_listening')?.['pid'] ?? 0)
}

function runsFrom(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
  } catch {
    return false
  }
}
