import { once } from 'node:events'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { createCertificate } from '@fjmcp-broker/testkit/certificate'
import type { FetchClientDocument } from '../../../src/upstream/client-documents/client-documents.ts'
import { createHttpsDocuments, type HttpsDocumentsOptions } from '../../../src/upstream/client-documents/https-documents.ts'

export const documentUrl = 'https://client.example/client.json'

/** Something on loopback that a document may be fetched from, or must not be. */
export interface TestHost {
  readonly port: number
  /** What has connected, whether it then spoke or not. */
  readonly connections: readonly Socket[]
}

export interface DocumentHost extends TestHost {
  /** Its certificate, to be trusted. */
  readonly ca: string
  readonly requests: readonly IncomingMessage[]
}

/** Serves over TLS until the running test is over, with a certificate of `name`. */
export async function startDocumentHost(
  answer: RequestListener,
  { name = 'client.example', port = 0, address = '127.0.0.1' } = {},
): Promise<DocumentHost> {
  const { cert, key } = createCertificate({ name })
  const requests: IncomingMessage[] = []
  const server = createServer({ cert, key }, (request, response) => {
    requests.push(request)
    answer(request, response)
  })
  return { ...(await listen(server, { port, address })), ca: cert, requests }
}

/** Listens until the running test is over. */
export async function listen(server: Server, { port = 0, address = '127.0.0.1' } = {}): Promise<TestHost> {
  const connections: Socket[] = []
  server.on('connection', (socket: Socket) => {
    connections.push(socket)
    // A client that has had enough is no failure of the host.
    socket.on('error', () => {})
  })
  server.listen(port, address)
  await once(server, 'listening')
  onTestFinished(async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of connections) socket.destroy()
    await closed
  })
  return { port: (server.address() as AddressInfo).port, connections }
}

/** Fetches from a host on loopback, which is let through where nothing else is said. */
export function fetcherTo(host: TestHost & { readonly ca?: string }, options: Partial<HttpsDocumentsOptions> = {}): FetchClientDocument {
  return createHttpsDocuments({
    resolveHost: async () => ['127.0.0.1'],
    isAllowed: (address) => address === '127.0.0.1',
    userAgent: 'test',
    clock: () => 0,
    port: host.port,
    ...(host.ca === undefined ? {} : { ca: host.ca }),
    ...options,
  })
}

export function sendDocument(...[, response]: Parameters<RequestListener>): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ client_id: documentUrl }))
}
