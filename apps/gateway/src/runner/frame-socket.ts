import { connect } from 'node:net'
import type { Log } from '@fjmcp-broker/shared/log'
import { createWriteBatching } from '@fjmcp-broker/shared/runner/batched-writes'
import { channelPath, type GatewayFrame, parseRunnerFrame, type RunnerFrame } from '@fjmcp-broker/shared/runner/frames'
import { WebSocket } from 'ws'

/** Where the runner is, and how much it takes at once. */
export interface ChannelAddress {
  readonly socketPath: string
  /** The longest frame in either direction, in bytes; the same on the runner's side. */
  readonly maxFrameBytes: number
}

export interface FrameSocket {
  /** Whether the frame was small enough for the channel; one that is not is not written. */
  write(frame: GatewayFrame): boolean
  close(): void
}

/**
 * Connects to the runner's socket and turns its bytes into frames. A malformed frame ends the connection.
 *
 * @param onFrame Hears each frame, and how many bytes it had.
 * @param onClosed Hears why the connection ended, or could not be made; comes once.
 */
export function openFrameSocket({
  address,
  log,
  onFrame,
  onClosed,
}: {
  readonly address: ChannelAddress
  readonly log: Log
  readonly onFrame: (frame: RunnerFrame, bytes: number) => void
  readonly onClosed: (reason: string) => void
}): FrameSocket {
  const socket = connect(address.socketPath)
  // Not a `ws+unix:` URL: in one, a path with a colon or a question mark cannot be said.
  const webSocket = new WebSocket(`ws://runner${channelPath}`, {
    createConnection: () => socket,
    perMessageDeflate: false,
    maxPayload: address.maxFrameBytes,
    // Masks protect proxies; on a unix socket there are none, and a mask of zeros costs nothing to apply.
    generateMask: (mask) => mask.fill(0),
  })
  const batchWrites = createWriteBatching(socket)
  let failure: string | undefined

  function receive(data: Buffer): void {
    const frame = parseRunnerFrame(data.toString())
    if (frame.ok) {
      onFrame(frame.value, data.length)
      return
    }
    log.error('malformed_frame_received', { detail: frame.error.detail })
    webSocket.close(1007, 'malformed frame')
  }

  webSocket.on('message', (data) => receive(data as Buffer))
  webSocket.on('error', (error) => {
    failure = error.message
  })
  webSocket.on('close', (code, reason) => onClosed(failure ?? `closed with ${code} ${String(reason)}`.trimEnd()))

  return {
    write(frame) {
      const bytes = Buffer.from(JSON.stringify(frame))
      if (bytes.length > address.maxFrameBytes) return false
      batchWrites()
      webSocket.send(bytes, { binary: false })
      return true
    },
    close() {
      webSocket.terminate()
    },
  }
}
