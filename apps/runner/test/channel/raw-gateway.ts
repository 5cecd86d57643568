import { on } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

/** A gateway that writes whatever the test wants. */
export interface RawGateway {
  readonly webSocket: WebSocket
  write(frame: unknown): void
  /** The next frame that came. */
  next(): Promise<unknown>
  /** Code and reason of the connection's end. */
  readonly closed: Promise<readonly [number, string]>
}

/** Connects to a channel server's socket; the connection ends with the test. */
export function connectRawGateway(socketPath: string): RawGateway {
  const webSocket = new WebSocket('ws://runner/channel', { createConnection: () => connect(socketPath) })
  onTestFinished(() => webSocket.terminate())
  const frames = on(webSocket, 'message')
  const closed = new Promise<readonly [number, string]>((resolve) => {
    webSocket.on('close', (code, reason) => resolve([code, reason.toString()]))
  })
  return {
    webSocket,
    closed,
    write: (frame) => webSocket.send(JSON.stringify(frame)),
    async next() {
      const frame = await frames.next()
      return JSON.parse(String(frame.value?.[0]))
    },
  }
}
