/** How a command hears that it should end. */
export interface StopSignal {
  /** Aborted by the first signal that asks this process to end; a second one ends it. */
  readonly stopping: AbortSignal
  /** From now on the first one ends it: even while it waits for a pipe that nobody reads, in which it hears nothing. */
  readonly release: () => void
}

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export function createStopSignal(): StopSignal {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  for (const signal of signals) process.once(signal, stop)
  return {
    stopping: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, stop)
    },
  }
}
