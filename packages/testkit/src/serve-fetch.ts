import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import type { Fetch, Peer } from '@fjmcp-broker/shared/fetch'
import { BrokenConnection } from './broken-connection.ts'

export interface ServedFetch {
  /** The origin, without a trailing slash. */
  readonly url: string
  readonly port: number
  /** Stops listening and ends open connections, answers under way included. */
  close(): Promise<void>
}

/**
 * Serves an application over HTTP; resolves when it listens, rejects when it cannot.
 *
 * An application that throws `BrokenConnection` has the connection reset.
 *
 * @param options `port` 0, the default, lets the system choose; `hostname` is 127.0.0.1 by default.
 */
export async function serveFetch(fetch: Fetch, options: { readonly port?: number; readonly hostname?: string } = {}): Promise<ServedFetch> {
  const hostname = options.hostname ?? '127.0.0.1'
  const server = createAdaptorServer({
    fetch: (request, env) => answer(fetch, request, env as HttpBindings),
    overrideGlobalObjects: false,
  })
  server.listen(options.port ?? 0, hostname)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`,
    port,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}

async function answer(fetch: Fetch, request: Request, bindings: HttpBindings): Promise<Response> {
  try {
    return await fetch(toPlainRequest(request), peerOf(bindings))
  } catch (error) {
    if (!(error instanceof BrokenConnection)) throw error
    bindings.incoming.socket.resetAndDestroy()
    return new Response()
  }
}

/** The server's own lightweight request cannot be handed to `new Request(request)`, which applications do. */
function toPlainRequest(request: Request): Request {
  const init: RequestInit & { duplex: 'half' } = {
    method: request.method,
    headers: request.headers,
    body: request.body,
    signal: request.signal,
    duplex: 'half',
  }
  return new Request(request.url, init)
}

function peerOf({ incoming }: HttpBindings): Peer | undefined {
  const address = incoming.socket.remoteAddress
  return address === undefined ? undefined : { address }
}
