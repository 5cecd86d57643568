/** Where the lines of a stream go. */
export interface LineSink {
  readonly send: (line: object) => void
  /** Aborted when nobody reads any more. */
  readonly closed: AbortSignal
}

/**
 * Answers with JSON objects, one a line, as they come.
 *
 * @param write Ends the stream when it settles; where it rejects, the stream breaks off.
 */
export function streamLines(write: (sink: LineSink) => Promise<void>): Response {
  const closing = new AbortController()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (line: object): void => {
        if (!closing.signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
      }
      write({ send, closed: closing.signal }).then(
        () => {
          if (!closing.signal.aborted) controller.close()
        },
        (error: unknown) => controller.error(error),
      )
    },
    cancel() {
      closing.abort()
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })
}
