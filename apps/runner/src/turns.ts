import type { Log } from '@fjmcp-broker/shared/log'

/**
 * Runs tasks one after the other: what one of them causes comes behind it, never in the middle of it. One that throws is a bug that leaves
 * things half done: no other runs, and the process ends whatever the caller does.
 */
export interface Turns {
  /** Runs a task when no other is under way: now, unless it is called within one. */
  take(task: () => void): void
  /** Looks whether there is something to settle, where nothing happened but time. */
  settle(): void
}

/** @param settle Run whenever no task is left; tells whether it did anything, which may have left some again. */
export function createTurns({ settle, log }: { readonly settle: () => boolean; readonly log: Log }): Turns {
  const tasks: (() => void)[] = []
  let isAtWork = false

  return {
    take(task) {
      tasks.push(task)
      work()
    },
    settle: work,
  }

  function work(): void {
    if (isAtWork) return
    isAtWork = true
    try {
      do {
        for (let next = tasks.shift(); next !== undefined; next = tasks.shift()) next()
      } while (settle())
    } catch (error) {
      log.error('turn_failed', { detail: String(error) })
      endProcess(error)
      throw error
    }
    isAtWork = false
  }
}

/** By an error that nobody can catch. */
function endProcess(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
