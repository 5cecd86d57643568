import type { Log } from '@fjmcp-broker/shared/log'
import type { Schedule } from '../schedule.ts'
import type { MeasuredChild } from './child-memory.ts'

/** Measures the memory of all children, every few seconds and by one timer. */
export interface MemoryWatch {
  /**
   * Measures this child from now on, with all that it starts.
   *
   * @param onExceeded Called at every measurement that finds it above the limit.
   */
  begin(child: MeasuredChild, onExceeded: () => void): WatchedMemory
}

/** The memory of one child. */
export interface WatchedMemory {
  /** What was measured last; undefined before the first time. */
  bytes(): number | undefined
  end(): void
}

interface Watched {
  readonly child: MeasuredChild
  readonly onExceeded: () => void
  bytes: number | undefined
}

/** How often is measured. A child that takes a gigabyte in less is the kernel's to end. */
const intervalMs = 3_000

/**
 * @param maxBytes What one child may take.
 * @param measure Measures children, in bytes, by their leaders.
 */
export function createMemoryWatch({
  maxBytes,
  measure,
  schedule,
  log,
}: {
  readonly maxBytes: number
  readonly measure: (children: readonly MeasuredChild[]) => Promise<ReadonlyMap<number, number>>
  readonly schedule: Schedule
  readonly log: Log
}): MemoryWatch {
  /** By leader. */
  const watched = new Map<number, Watched>()
  let isPlanned = false

  return {
    begin(child, onExceeded) {
      const { leader } = child
      const entry: Watched = { child, onExceeded, bytes: undefined }
      watched.set(leader, entry)
      plan()
      return {
        bytes: () => entry.bytes,
        end() {
          if (watched.get(leader) === entry) watched.delete(leader)
        },
      }
    },
  }

  function plan(): void {
    if (isPlanned || watched.size === 0) return
    isPlanned = true
    schedule(intervalMs, () => {
      void lookAtAll().then(() => {
        isPlanned = false
        plan()
      })
    })
  }

  /** One that fails is made up for by the next. */
  async function lookAtAll(): Promise<void> {
    try {
      await compareAll()
    } catch (error) {
      log.warn('memory_not_measured', { detail: String(error) })
    }
  }

  async function compareAll(): Promise<void> {
    const asked = new Map(watched)
    const measured = await measure([...asked.values()].map(({ child }) => child))
    for (const [leader, entry] of asked) {
      // Its number may be another's by now.
      if (watched.get(leader) !== entry) continue
      entry.bytes = measured.get(leader)
      if (entry.bytes !== undefined && entry.bytes > maxBytes) entry.onExceeded()
    }
  }
}
