import type { Duplex } from 'node:stream'
import { createWriteBatching } from '@fjmcp-broker/shared/runner/batched-writes'
import type { RunnerFrame } from '@fjmcp-broker/shared/runner/frames'
import type { WebSocket } from 'ws'

/** Writes frames to one gateway. */
export interface FrameWriter {
  /** Whether the frame was small enough for the channel; one that is not is left out. */
  write(frame: RunnerFrame): boolean
  /** Whether so much is unread that no stream may add to it. */
  isCongested(): boolean
}

/** What one connection may hold of the runner's memory. */
export interface ChannelLimits {
  /** The longest frame, in bytes, in either direction. */
  readonly maxFrameBytes: number
  /** What may wait for a gateway that does not read, in bytes; a stream that would go beyond is cut off. */
  readonly maxBufferedBytes: number
}

/** While too much waits, no further frames are read either: answers cannot pile up for one who only asks. */
export function createFrameWriter({
  webSocket,
  socket,
  limits,
}: {
  readonly webSocket: WebSocket
  readonly socket: Duplex
  readonly limits: ChannelLimits
}): FrameWriter {
  const batchWrites = createWriteBatching(socket)
  const isCongested = () => webSocket.bufferedAmount > limits.maxBufferedBytes
  const resumeReading = () => {
    if (!isCongested()) webSocket.resume()
  }
  return {
    write(frame) {
      const bytes = Buffer.from(JSON.stringify(frame))
      if (bytes.length > limits.maxFrameBytes) return false
      batchWrites()
      if (webSocket.bufferedAmount + bytes.length <= limits.maxBufferedBytes) {
        webSocket.send(bytes, { binary: false })
      } else {
        webSocket.pause()
        webSocket.send(bytes, { binary: false }, resumeReading)
      }
      return true
    },
    isCongested,
  }
}
