import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import type { ListenAddress } from '@fjmcp-broker/shared/listen-address'
import { explainListenFailure, type ListenFailure } from '@fjmcp-broker/shared/listen-failure'
import { listenOnSocket } from '@fjmcp-broker/shared/listen-on-socket'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { getRequestListener } from '@hono/node-server'

/**
 * What anybody may hold open, the child program too, must leave descriptors for the database, Forgejo and the runner. Node takes as many as
 * the hard limit allows, which is 4,096 on the tightest systems and far more on most.
 */
const mostConnections = 4_000

/** How long a request is kept that does not come to its end. The largest message takes that long at 1.1 Mbit/s. */
const requestTimeoutMs = 30_000

/**
 * How long a client may leave an answer standing: then its connection ends, and with it what is kept for it. Answers that take long send a
 * comment far more often, and a call runs on without its reader.
 */
const standstillMs = 60_000

/** A `Fetch` that answers HTTP. */
export interface HttpServer {
  /** Where it listens on TCP; undefined on a unix socket. */
  readonly address: ListenAddress | undefined
  /** Takes no more connections, ends those without a request at once and each other one with its answer; settles when none is left. */
  close(): Promise<void>
  /** Breaks off every connection, answers under way included. */
  breakOff(): void
}

/**
 * Serves a `Fetch` over HTTP/1.1 on TCP.
 *
 * @param at An address, or the descriptor of a socket that is bound to one already.
 * @param bounds Connections beyond `maxConnections` are closed at once, those whose request is not whole after `requestMs` soon after that,
 *   those on which an answer stands still for `stillMs` then.
 */
export async function serveTcp(
  fetch: Fetch,
  at: ListenAddress | { readonly fd: number },
  {
    maxConnections = mostConnections,
    requestMs = requestTimeoutMs,
    stillMs = standstillMs,
  }: { readonly maxConnections?: number; readonly requestMs?: number; readonly stillMs?: number } = {},
): Promise<Result<HttpServer, ListenFailure>> {
  const watched = createHttpServer(fetch, requestMs)
  watched.server.maxConnections = maxConnections
  watched.server.setTimeout(stillMs)
  watched.server.listen({ ...at })
  try {
    await once(watched.server, 'listening')
    return ok(asHttpServer(watched))
  } catch (error) {
    return err(explainListenFailure('fd' in at ? `file descriptor ${at.fd}` : `${at.host}:${at.port}`, error))
  }
}

/** Serves a `Fetch` over HTTP/1.1 on a unix socket that its owner alone may open. */
export async function serveSocket(fetch: Fetch, path: string): Promise<Result<HttpServer, ListenFailure>> {
  const watched = createHttpServer(fetch)
  const listening = await listenOnSocket({ server: watched.server, path, mode: 0o600 })
  return listening.ok ? ok(asHttpServer(watched)) : listening
}

interface WatchedServer {
  readonly server: Server
  /** Ends each connection as soon as it waits for no answer. */
  readonly endConnections: () => void
}

function createHttpServer(fetch: Fetch, requestMs = requestTimeoutMs): WatchedServer {
  const listener = getRequestListener((request, { incoming, outgoing }) =>
    fetch(request, {
      address: incoming.socket.remoteAddress ?? '',
      whenAnswered: (listener) => (outgoing.closed ? listener() : void outgoing.once('close', listener)),
    }),
  )
  // Longer than the idle time of the proxies in front, so that it is never we who close a connection they are about to use.
  const server = createServer({ keepAliveTimeout: 150_000, requestTimeout: requestMs, connectionsCheckingInterval: requestMs / 10 })
  const endConnections = watchConnections(server)
  server.on('request', (incoming, outgoing) => void listener(incoming, outgoing))
  return { server, endConnections }
}

function asHttpServer({ server, endConnections }: WatchedServer): HttpServer {
  const address = server.address()
  const closed = once(server, 'close')
  return {
    address: typeof address === 'object' && address !== null ? { host: address.address, port: address.port } : undefined,
    async close() {
      if (server.listening) server.close()
      endConnections()
      await closed
    },
    breakOff: () => server.closeAllConnections(),
  }
}

/**
 * Keeps account of a server's connections and of the answers that they wait for. Node by itself ends neither a connection with the beginning of
 * a request, nor one that is left open by an answer that was under way.
 */
function watchConnections(server: Server): WatchedServer['endConnections'] {
  const connections = new Set<Socket>()
  const answering = new Map<ServerResponse, Socket>()
  let isEnding = false

  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.on('request', ({ socket }, answer) => {
    answering.set(answer, socket)
    if (isEnding) announceEnd(answer)
    answer.once('close', () => {
      answering.delete(answer)
      if (isEnding) socket.destroySoon()
    })
  })

  return () => {
    isEnding = true
    for (const answer of answering.keys()) announceEnd(answer)
    const busy = new Set(answering.values())
    for (const socket of connections) if (!busy.has(socket)) socket.destroy()
  }
}

/** Tells a client to use this connection for nothing more. */
function announceEnd(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('connection', 'close')
}
