import { createServer, type Server } from 'node:http'
import type { BoundSocket } from 'node:net'

/** So few, since each is answered at once; beyond them connections are closed without an answer. */
const mostConnections = 64
/** Whoever has not asked by then is not answered. */
const patienceMs = 3_000

const headers = { connection: 'close', 'retry-after': '2', 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' }

/**
 * Listens on a socket, whoever else does, and answers every request with 503: come again. It has no other answer, and tells nobody anything.
 *
 * @see RFC 9110 §15.6.4, §10.2.3
 */
export function turnAway(socket: BoundSocket): Server {
  const server = createServer({ headersTimeout: patienceMs, requestTimeout: patienceMs, connectionsCheckingInterval: 1_000 })
  server.maxConnections = mostConnections
  server.on('request', (request, response) => {
    // Only what was sent whole gets its answer for certain: a connection that ends before takes that along.
    request.resume().once('end', () => response.writeHead(503, headers).end('The broker is being stopped. Try again in a moment.\n'))
  })
  // Where another program was faster than the first gateway, the port is not ours: the gateway has said so, or nobody was served here.
  server.on('error', () => undefined)
  return server.listen(socket)
}
