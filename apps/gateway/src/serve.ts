import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { listenOnSocket } from '@fjmcp-broker/shared/listen-on-socket'
import type { ListenAddress } from '@fjmcp-broker/shared/listen-address'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { getRequestListener } from '@hono/node-server'

/** A `Fetch` that answers HTTP. */
export interface HttpServer {
  /** The port it got, where it listens on TCP. */
  readonly port: number
  /** Takes no more connections, ends the idle ones at once and the others after `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** Why nothing is served. `in_use`: somebody else serves there, which may be over soon. `detail` is for the operator. */
export interface ServeFailure {
  readonly reason: 'in_use' | 'cannot_listen'
  readonly detail: string
}

/** Serves a `Fetch` over HTTP/1.1 on TCP. */
export async function serveTcp(fetch: Fetch, { host, port }: ListenAddress): Promise<Result<HttpServer, ServeFailure>> {
  const server = createHttpServer(fetch)
  server.listen({ host, port })
  try {
    await once(server, 'listening')
    return ok(asHttpServer(server))
  } catch (error) {
    const code = errorCode(error)
    const reason = code === 'EADDRINUSE' ? 'in_use' : 'cannot_listen'
    const why = reason === 'in_use' ? 'another program listens there' : (code ?? 'unknown error')
    return err({ reason, detail: `cannot listen on ${host}:${port}: ${why}` })
  }
}

/** Serves a `Fetch` over HTTP/1.1 on a unix socket that its owner alone may open. */
export async function serveSocket(fetch: Fetch, path: string): Promise<Result<HttpServer, ServeFailure>> {
  const server = createHttpServer(fetch)
  const listening = await listenOnSocket({ server, path, mode: 0o600 })
  if (listening.ok) return ok(asHttpServer(server))
  const { reason, detail } = listening.error
  return err({ reason: reason === 'already_running' ? 'in_use' : 'cannot_listen', detail })
}

function createHttpServer(fetch: Fetch): Server {
  const listener = getRequestListener((request, { incoming }) => fetch(request, { address: incoming.socket.remoteAddress ?? '' }))
  // Longer than the idle time of the proxies in front, so that it is never we who close a connection they are about to use.
  return createServer({ keepAliveTimeout: 75_000 }, (incoming, outgoing) => void listener(incoming, outgoing))
}

function asHttpServer(server: Server): HttpServer {
  const address = server.address()
  return { port: isTcp(address) ? address.port : 0, close: (graceMs) => closeServer(server, graceMs) }
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  // A connection whose answer ends only now would be kept for the next request.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const impatience = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(impatience)
  clearInterval(idle)
}
