import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** Where and with what the figures were taken. */
export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGib: number
  readonly kernel: string
  readonly node: string
  /** What the child program calls itself. */
  readonly child: string
  /** Load of the last minute when the bench began: above a few tenths, something else was running. */
  readonly loadBefore: number
}

export function describeMachine(childProgram: string): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    child: execFileSync(childProgram, ['--version'], { encoding: 'utf8', env: {} }).trim(),
    loadBefore: loadavg()[0] ?? 0,
  }
}

export function describeInWords({ cores, processor, memoryGib, kernel, node, child, loadBefore }: Machine): string {
  return `${cores} cores of ${processor}, ${memoryGib} GiB, Linux ${kernel}, Node ${node}, ${child}; load before: ${loadBefore.toFixed(1)}.`
}
