import { constants } from 'node:os'

/** How somebody ends a program before it ends by itself. */
export interface StopRequest {
  /** Aborted by the first signal, or when nobody reads the output any more. */
  readonly asked: AbortSignal
  /** Aborted by a further signal: the process ends as soon as the listeners have run. */
  readonly insisted: AbortSignal
}

/** The exit code of a program that was interrupted, as shells have it. */
export const interruptedCode = 128 + constants.signals.SIGINT

/** One Ctrl-C can arrive twice: from the terminal, and from npm, which hands it on. */
const sameRequestMs = 500

/** From now on signals and a closed output no longer end the process: they become a request. */
export function listenForStop(): StopRequest {
  const asking = new AbortController()
  const insisting = new AbortController()
  let askedAtMs = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!asking.signal.aborted) {
        askedAtMs = performance.now()
        asking.abort()
      } else if (performance.now() - askedAtMs > sameRequestMs) {
        insisting.abort()
        process.exit(interruptedCode)
      }
    })
  }
  for (const output of [process.stdout, process.stderr]) output.on('error', () => asking.abort())
  return { asked: asking.signal, insisted: insisting.signal }
}
