/** Work that outlives its request. */
export interface PendingWork {
  /** @param work Never rejects. */
  readonly waitUntil: (work: Promise<void>) => void
  /** Waits until all work has ended, work that comes meanwhile included, at most for `graceMs`; says how much had not by then. */
  readonly ended: (graceMs: number) => Promise<number>
}

export function createPendingWork(): PendingWork {
  const pending = new Set<Promise<void>>()

  async function allEnded(): Promise<void> {
    while (pending.size > 0) await Promise.all(pending)
  }

  return {
    waitUntil(work) {
      pending.add(work)
      void work.finally(() => pending.delete(work))
    },
    async ended(graceMs) {
      const { promise: patience, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, graceMs)
      await Promise.race([allEnded(), patience])
      clearTimeout(timer)
      return pending.size
    },
  }
}
