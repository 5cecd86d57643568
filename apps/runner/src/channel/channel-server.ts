import { createServer } from 'node:http'
import type { ListenFailure } from '@fjmcp-broker/shared/listen-failure'
import { listenOnSocket } from '@fjmcp-broker/shared/listen-on-socket'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Result } from '@fjmcp-broker/shared/result'
import { channelPath } from '@fjmcp-broker/shared/runner/frames'
import type { Runner } from '@fjmcp-broker/shared/runner/runner'
import { type WebSocket, WebSocketServer } from 'ws'
import { type GatewayConnection, serveGateway } from './gateway-connection.ts'
import { createPlainHttpHandler } from './plain-http.ts'
import { createUnansweredRejections } from './unanswered-rejections.ts'

export interface ChannelServer {
  /** Listens on the socket; fails when another runner answers there, or the system refuses. */
  listen(): Promise<Result<undefined, ListenFailure>>
  /** Asks whoever is connected for a sign that its event loop turns; `onAlive` hears of the answer. */
  askIfAlive(): void
  /** Ends every connection and removes the socket. The runner itself lives on. */
  close(): Promise<void>
}

/**
 * Makes a runner reachable on a unix socket: by WebSocket for gateways, and by `GET /health` and `GET /metrics`.
 *
 * @param epoch Names this start of the runner; told to every gateway first.
 * @param maxFrameBytes The longest frame in either direction: the longest message and 64 KiB for what goes around it.
 * @param maxBufferedBytes What may wait for a gateway that does not read; beyond it the streams being read are cut off. Default 16 MiB.
 * @param readMetrics Where there are metrics: all of them as Prometheus reads them.
 * @param onConnected Hears of each gateway that connects, before any of its calls is begun.
 * @param onAlive Hears of each answer to `askIfAlive`.
 */
export function createChannelServer({
  runner,
  epoch,
  socketPath,
  maxFrameBytes,
  maxBufferedBytes = 16 * 1024 * 1024,
  readMetrics,
  onConnected,
  onAlive,
  log,
}: {
  readonly runner: Runner
  readonly epoch: string
  readonly socketPath: string
  readonly maxFrameBytes: number
  readonly maxBufferedBytes?: number | undefined
  readonly readMetrics?: (() => Promise<string>) | undefined
  readonly onConnected?: (() => void) | undefined
  readonly onAlive?: (() => void) | undefined
  readonly log: Log
}): ChannelServer {
  const limits = { maxFrameBytes, maxBufferedBytes }
  const connections = new Map<WebSocket, GatewayConnection>()
  const rejections = createUnansweredRejections()
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxFrameBytes, clientTracking: false })
  const answerPlainHttp = createPlainHttpHandler({ runner, readMetrics, log })
  const server = createServer((request, response) => void answerPlainHttp(request, response))

  const stopHearingOfCatalogue = runner.onCatalogueChanged(() => {
    for (const connection of connections.values()) connection.tellCatalogueChanged()
  })
  const stopListening = runner.onCredentialRejected((rejection) => {
    rejections.add(rejection)
    for (const connection of connections.values()) connection.tellRejection(rejection)
  })

  server.on('upgrade', (request, socket, head) => {
    if (request.url !== channelPath) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy())
      return
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('close', () => connections.delete(webSocket))
      webSocket.on('pong', () => onAlive?.())
      connections.set(webSocket, serveGateway({ webSocket, socket, runner, epoch, rejections, limits, log }))
      log.info('gateway_connected')
      onConnected?.()
    })
  })

  return {
    listen: () => listenOnSocket({ server, path: socketPath, mode: 0o600 }),
    askIfAlive() {
      for (const webSocket of connections.keys()) webSocket.ping()
    },
    async close() {
      stopListening()
      stopHearingOfCatalogue()
      for (const connection of connections.values()) connection.close()
      if (!server.listening) return
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      await promise
    },
  }
}
