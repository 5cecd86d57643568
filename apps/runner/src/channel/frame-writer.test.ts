import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { createFrameWriter } from './frame-writer.ts'

test('reads no further frames of a gateway for which too much waits, until it has read', () => {
  const { writer, webSocket } = createStalled({ maxBufferedBytes: 1_000 })
  const answer = { type: 'failed', id: 1, detail: 'x'.repeat(400) } as const
  for (let count = 0; count < 2; count += 1) writer.write(answer)
  expect(webSocket.isPaused).toBe(false)
  writer.write(answer)
  expect(webSocket.isPaused).toBe(true)
  webSocket.drain()
  expect(webSocket.isPaused).toBe(false)
})

/** A connection whose other side reads nothing until it is drained. */
function createStalled({ maxBufferedBytes }: { readonly maxBufferedBytes: number }) {
  const sent: (() => void)[] = []
  const webSocket = {
    isPaused: false,
    bufferedAmount: 0,
    pause: () => void (webSocket.isPaused = true),
    resume: () => void (webSocket.isPaused = false),
    send(bytes: Buffer, _: object, onSent: () => void = () => {}) {
      webSocket.bufferedAmount += bytes.length
      sent.push(onSent)
    },
    drain() {
      webSocket.bufferedAmount = 0
      for (const onSent of sent.splice(0)) onSent()
    },
  }
  const limits = { maxFrameBytes: 10_000, maxBufferedBytes }
  return { webSocket, writer: createFrameWriter({ webSocket: webSocket as unknown as WebSocket, socket: new PassThrough(), limits }) }
}
