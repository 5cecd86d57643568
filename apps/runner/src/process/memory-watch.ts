import type { Schedule } from '../schedule.ts'

/** Measures the memory of all children, every few seconds and by one timer. */
export interface MemoryWatch {
  /**
   * Measures this process group from now on, by its leader.
   *
   * @param onExceeded Called at every measurement that finds it above the limit.
   */
  begin(leader: number, onExceeded: () => void): WatchedMemory
}

/** The memory of one process group. */
export interface WatchedMemory {
  /** What was measured last; undefined before the first time. */
  bytes(): number | undefined
  end(): void
}

/** How often is measured. A child that takes a gigabyte in less is the kernel's to end. */
const intervalMs = 3_000

/**
 * @param maxBytes What one group may take.
 * @param measure Measures groups by their leaders, in bytes.
 */
export function createMemoryWatch({
  maxBytes,
  measure,
  schedule,
}: {
  readonly maxBytes: number
  readonly measure: (leaders: ReadonlySet<number>) => Promise<ReadonlyMap<number, number>>
  readonly schedule: Schedule
}): MemoryWatch {
  const watched = new Map<number, { bytes: number | undefined; readonly onExceeded: () => void }>()
  let isPlanned = false

  return {
    begin(leader, onExceeded) {
      const entry: { bytes: number | undefined; readonly onExceeded: () => void } = { bytes: undefined, onExceeded }
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
      void lookAtAll().finally(() => {
        isPlanned = false
        plan()
      })
    })
  }

  async function lookAtAll(): Promise<void> {
    const asked = new Map(watched)
    const measured = await measure(new Set(asked.keys()))
    for (const [leader, entry] of asked) {
      // Its number may be another's by now.
      if (watched.get(leader) !== entry) continue
      entry.bytes = measured.get(leader)
      if (entry.bytes !== undefined && entry.bytes > maxBytes) entry.onExceeded()
    }
  }
}
