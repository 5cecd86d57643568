import { within } from '@fjmcp-broker/shared/within'

/** Where the lines of a stream go. */
export interface LineSink {
  readonly send: (line: object) => void
  /** Settles when all that was sent has been taken, or nobody reads any more: whoever sends very much waits for it now and then. */
  readonly untilTaken: () => Promise<void>
  /** Aborted when nobody reads any more. */
  readonly closed: AbortSignal
}

/** Who takes nothing for so long while there is something has been stopped, or waits for somebody who reads. */
const longestStandstillMs = 60_000

/**
 * Answers with JSON objects, one a line, as they come. The stream ends for a reader who leaves them there for a minute.
 *
 * @param write Ends the stream when it settles; where it rejects, the stream breaks off.
 */
export function streamLines(write: (sink: LineSink) => Promise<void>, standstillMs = longestStandstillMs): Response {
  const closing = new AbortController()
  const encoder = new TextEncoder()
  let noteTaken: (isTaken: boolean) => void = () => {}

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const close = (): void => {
        if (closing.signal.aborted) return
        closing.abort()
        controller.close()
      }
      const sink: LineSink = {
        send(line) {
          if (!closing.signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
        },
        async untilTaken() {
          if (closing.signal.aborted || (controller.desiredSize ?? 0) > 0) return
          const { promise, resolve } = Promise.withResolvers<boolean>()
          noteTaken = resolve
          if ((await within(promise, standstillMs)) === undefined) close()
        },
        closed: closing.signal,
      }
      write(sink).then(close, (error: unknown) => controller.error(error))
    },
    pull: () => noteTaken(true),
    cancel() {
      closing.abort()
      noteTaken(false)
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })
}
