import { keepAliveComment } from '../../domain/mcp/event-stream-format.ts'

export interface TextStream {
  readonly body: ReadableStream<Uint8Array>
  /** Ends the stream from our side, with these last words. */
  readonly close: (farewell?: string) => void
}

/**
 * Makes a response body of texts that come one by one, as fast as the client reads, with a comment at intervals in between.
 *
 * @param next The next text, asked for when those before have been taken; `undefined` ends the stream. It must not fail.
 * @param onClosed Called once, whoever ended the stream.
 */
export function createTextStream({
  opening,
  next,
  keepAliveMs,
  onClosed,
}: {
  readonly opening: string
  readonly next: () => Promise<string | undefined>
  readonly keepAliveMs: number
  readonly onClosed: () => void
}): TextStream {
  const encoder = new TextEncoder()
  let timer: ReturnType<typeof setInterval> | undefined
  let closeBody: TextStream['close'] = ignore
  let isClosed = false

  function settle(): void {
    if (isClosed) return
    isClosed = true
    clearInterval(timer)
    onClosed()
  }

  function close(farewell = ''): void {
    if (isClosed) return
    settle()
    closeBody(farewell)
  }

  const source: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      closeBody = (farewell = '') => {
        if (farewell !== '') controller.enqueue(encoder.encode(farewell))
        controller.close()
      }
      if (opening !== '') controller.enqueue(encoder.encode(opening))
      timer = setInterval(() => {
        // A client that does not read gets no comments piled up.
        if (controller.desiredSize === 0) controller.enqueue(encoder.encode(keepAliveComment))
      }, keepAliveMs)
    },
    async pull(controller) {
      const text = await next()
      if (isClosed) return
      if (text === undefined) close()
      else controller.enqueue(encoder.encode(text))
    },
    cancel: settle,
  }
  return { body: new ReadableStream(source, { highWaterMark: 0 }), close }
}

function ignore(): void {}
