import { createServer, type Server } from 'node:http'
import type { AddressInfo, ListenOptions } from 'node:net'
import { once } from 'node:events'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { getRequestListener } from '@hono/node-server'

/** A `Fetch` that answers HTTP. */
export interface HttpServer {
  /** The port it got, where it listens on TCP. */
  readonly port: number
  /** Takes no more connections, ends the idle ones at once and the others after `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** Serves a `Fetch` over HTTP/1.1. Rejects with the system's error (`EADDRINUSE`, `EACCES`) where it cannot listen. */
export async function serveHttp(fetch: Fetch, listen: Pick<ListenOptions, 'host' | 'port' | 'path'>): Promise<HttpServer> {
  const listener = getRequestListener((request, { incoming }) => fetch(request, { address: incoming.socket.remoteAddress ?? '' }))
  // Longer than the idle time of the proxies in front, so that it is never we who close a connection they are about to use.
  const server = createServer({ keepAliveTimeout: 75_000 }, (incoming, outgoing) => void listener(incoming, outgoing))
  server.listen(listen)
  await once(server, 'listening')
  const address = server.address()
  return { port: isTcp(address) ? address.port : 0, close: (graceMs) => closeServer(server, graceMs) }
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const impatience = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(impatience)
}
