/**
 * Runs tasks one after the other: what one of them causes comes behind it, never in the middle of it.
 *
 * @param settle Run whenever no task is left; tells whether it did anything, which may have left some again.
 */
export function createTurns(settle: () => boolean): (task: () => void) => void {
  const tasks: (() => void)[] = []
  let isAtWork = false

  return (task) => {
    tasks.push(task)
    if (isAtWork) return
    isAtWork = true
    try {
      do {
        for (let next = tasks.shift(); next !== undefined; next = tasks.shift()) next()
      } while (settle())
    } finally {
      isAtWork = false
    }
  }
}
