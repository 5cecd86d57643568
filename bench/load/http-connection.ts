import { connect, type Socket } from 'node:net'
import { createAnswerReader, type HttpAnswer } from './answer-reader.ts'

/**
 * One connection that is kept alive, for one request at a time. A socket and a search for the end of the answer cost a fraction of an
 * HTTP client, and the load generator shares the cores with what it measures.
 */
export interface HttpConnection {
  /** Sends a request as it is and resolves with the answer; rejects where the connection breaks. */
  exchange(request: string): Promise<HttpAnswer>
  close(): void
}

/** Servers end connections that were idle for some seconds, Node's after five: before that another one is opened. */
const freshMs = 2_000

/** Connects with the first request. */
export function createHttpConnection(port: number): HttpConnection {
  let open: OpenConnection | undefined
  let usedAtMs = 0

  return {
    exchange(request) {
      const nowMs = performance.now()
      if (open !== undefined && (open.isOver() || nowMs - usedAtMs > freshMs)) {
        open.destroy()
        open = undefined
      }
      open ??= openConnection(port)
      usedAtMs = nowMs
      return open.exchange(request)
    },
    close() {
      open?.destroy()
      open = undefined
    },
  }
}

interface OpenConnection {
  exchange(request: string): Promise<HttpAnswer>
  isOver(): boolean
  destroy(): void
}

function openConnection(port: number): OpenConnection {
  const reader = createAnswerReader()
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let waiting: PromiseWithResolvers<HttpAnswer> | undefined
  socket.on('data', (bytes: Buffer) => {
    const answer = reader.add(bytes)
    if (answer === undefined) return
    waiting?.resolve(answer)
    waiting = undefined
  })
  socket.on('error', (cause) => waiting?.reject(new Error('The connection broke.', { cause })))
  socket.on('close', () => waiting?.reject(new Error('The connection was closed before the answer.')))

  return {
    exchange(request) {
      if (waiting !== undefined) throw new Error('The connection is in use.')
      waiting = Promise.withResolvers()
      socket.write(request)
      return waiting.promise
    },
    isOver: () => socket.destroyed || socket.readableEnded,
    destroy: () => socket.destroy(),
  }
}
