import type { Log } from '@fjmcp-broker/shared/log'

/** Runs tasks one after the other: what one of them causes comes behind it, never in the middle of it. */
export interface Turns {
  /** Runs a task when no other is under way: now, unless it is called within one. One that throws is logged; the others go on. */
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
    do {
      for (let next = tasks.shift(); next !== undefined; next = tasks.shift()) attempt(next)
    } while (attempt(settle) === true)
    isAtWork = false
  }

  function attempt<Outcome>(task: () => Outcome): Outcome | undefined {
    try {
      return task()
    } catch (error) {
      log.error('turn_failed', { detail: String(error) })
      return undefined
    }
  }
}
