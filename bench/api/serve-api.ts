import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createFakeForgejo } from '@fjmcp-broker/testkit/forgejo/fake-forgejo'
import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'

/** The OAuth client that the broker is at this Forgejo. */
export const brokerApplication = { clientId: 'broker', clientSecret: 'broker-client-secret' }

const user = {
  id: 1,
  login: 'alice',
  login_name: '',
  source_id: 0,
  full_name: 'Alice Ahorn',
  email: 'alice@example.org',
  avatar_url: 'http://127.0.0.1/avatars/1',
  html_url: 'http://127.0.0.1/alice',
  language: 'en-US',
  is_admin: false,
  last_login: '2026-01-02T03:04:05Z',
  created: '2026-01-02T03:04:05Z',
  restricted: false,
  active: true,
  prohibit_login: false,
  location: '',
  website: '',
  description: '',
  visibility: 'public',
  followers_count: 0,
  following_count: 0,
  starred_repos_count: 0,
  username: 'alice',
}

const canned = new Map(
  Object.entries({ '/api/v1/version': { version: '15.0.3+gitea-1.22.0' }, '/api/v1/user': user }).map(
    ([path, answer]) => [path, Buffer.from(JSON.stringify(answer))] as const,
  ),
)

/**
 * Serves a Forgejo that costs as little as an HTTP server can: canned answers to what the calls ask, whoever asks. Signing in goes to
 * the testkit's fake Forgejo behind it. Resolves with the port.
 */
export async function serveApi(redirectUri: string): Promise<number> {
  const forgejo = createFakeForgejo({ applications: [{ ...brokerApplication, redirectUris: [redirectUri] }] })
  const behind = await serveFetch(forgejo.fetch)
  const server = createServer((asked, answer) => {
    const body = asked.method === 'GET' ? canned.get(asked.url ?? '') : undefined
    if (body === undefined) return forward({ asked, answer, port: behind.port })
    answer.sendDate = false
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    answer.end(body)
  })
  // Longer than any pause of the bench: a connection that ends in between would be measured as a broken one.
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return port
}

/** With the Host that was asked, so that the URLs of pages and redirects come back here. */
function forward({
  asked,
  answer,
  port,
}: {
  readonly asked: IncomingMessage
  readonly answer: ServerResponse
  readonly port: number
}): void {
  const { method, url, headers } = asked
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.rawHeaders)
    got.pipe(answer)
  })
  onward.on('error', () => answer.destroy())
  asked.pipe(onward)
}
