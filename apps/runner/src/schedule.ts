/** Runs a task once after a delay in milliseconds; the function it returns calls that off. Handed in, so that a test decides what time it is. */
export type Schedule = (delayMs: number, task: () => void) => () => void

/** The schedule of the system. A task that waits does not keep the process alive. */
export const systemSchedule: Schedule = (delayMs, task) => {
  const timer = setTimeout(task, delayMs).unref()
  return () => clearTimeout(timer)
}
