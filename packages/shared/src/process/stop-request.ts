import { type EventEmitter, once } from 'node:events'
import type { Clock } from '../clock.ts'

/** How somebody ends a program before it ends by itself. */
export interface StopRequest {
  /** Aborted by the first signal. */
  readonly asked: AbortSignal
  /** Aborted by a further one: nobody is willing to wait. */
  readonly insisted: AbortSignal
  /** From now on the signals end the process again. */
  readonly release: () => void
}

/** One Ctrl-C can arrive twice: from the terminal, and from npm, which hands it on. */
const sameInterruptMs = 500

/**
 * From now on these signals no longer end the process: they become a request.
 *
 * @param source The process.
 */
export function listenForStop({
  source,
  signals,
  clock,
}: {
  readonly source: Pick<EventEmitter, 'on' | 'off'>
  readonly signals: readonly ('SIGTERM' | 'SIGINT' | 'SIGHUP')[]
  readonly clock: Clock
}): StopRequest {
  const asking = new AbortController()
  const insisting = new AbortController()
  let interruptedAtMs = Number.NEGATIVE_INFINITY
  const hear = (signal: string): void => {
    const isSame = signal === 'SIGINT' && clock() - interruptedAtMs < sameInterruptMs
    if (signal === 'SIGINT') interruptedAtMs = clock()
    if (!asking.signal.aborted) asking.abort()
    else if (!isSame) insisting.abort()
  }
  for (const signal of signals) source.on(signal, hear)
  return {
    asked: asking.signal,
    insisted: insisting.signal,
    release: () => {
      for (const signal of signals) source.off(signal, hear)
    },
  }
}

/** Settles when the signal is aborted, or at once where it has been. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
