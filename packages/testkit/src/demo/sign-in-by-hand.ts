import { createServer } from 'node:http'
import { once } from 'node:events'
import { type Authorize, connectMcpClient, type McpClient } from '../mcp-client.ts'
import { rejectsOnAbort } from './rejects-on-abort.ts'

/**
 * Signs an SDK client in as whoever opens the printed address in their own browser.
 *
 * @param signal Ends the wait for that person, by a rejection.
 */
export async function signInByHand({
  mcpUrl,
  print,
  signal,
}: {
  readonly mcpUrl: string
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}): Promise<McpClient> {
  const callback = createServer()
  callback.listen(0, '127.0.0.1')
  await once(callback, 'listening')
  const address = callback.address()
  const redirectUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/callback`
  const authorize: Authorize = (url) => {
    print(`   Open this address in your browser and sign in:\n\n   ${url.href}\n`)
    const { promise, resolve } = Promise.withResolvers<URL>()
    callback.on('request', (request, response) => {
      const target = new URL(request.url ?? '/', redirectUrl)
      if (target.pathname !== '/callback') return response.writeHead(404).end()
      response
        .writeHead(200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
        .end('Signed in. You can close this page.')
      return resolve(target)
    })
    return Promise.race([promise, rejectsOnAbort(signal)])
  }
  try {
    return await connectMcpClient({ mcpUrl, name: 'Demo client', redirectUrl, authorize })
  } finally {
    callback.close()
    if (signal.aborted) callback.closeAllConnections()
  }
}
