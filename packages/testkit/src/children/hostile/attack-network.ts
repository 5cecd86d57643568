import { once } from 'node:events'
import { connect, createServer, type ListenOptions } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Attempt, Refusal, tryAll, tryTo } from './attempt.ts'
import type { Targets } from './targets.ts'

/** Asks the injector and the gateway for what a token is needed for, and takes the gateway's port. */
export async function attackNetwork({ gatewayUrl }: Targets): Promise<readonly Attempt[]> {
  const injector = process.env['FORGEJO_URL'] ?? ''
  const port = Number(new URL(gatewayUrl).port)
  const guess = 'A'.repeat(43)
  return [
    ...(await tryAll({
      'use the injector without a token': () => get(`${injector}/api/v1/user`),
      'use the injector with a guessed token': () => get(`${injector}/api/v1/user`, `token fjb_ch_${guess}`),
      'use the injector with a guessed bearer token': () => get(`${injector}/api/v1/user`, `Bearer fjb_ch_${guess}`),
      'ask the injector for a version without a token': () => get(`${injector}/api/v1/version`),
      'ask the injector at its root': () => get(new URL('/', injector).href),
      'ask the injector past its address': () => get(new URL('/api/v1/user', injector).href, `token fjb_ch_${guess}`),
      'hold connections of the injector for hundreds of calls': () => holdConnections(injector),
      'call /mcp without a token': () => post(`${gatewayUrl}/mcp`),
      'call /mcp with a guessed token': () => post(`${gatewayUrl}/mcp`, `Bearer fjb_at_${guess}`),
      'ask for the status over TCP': () => get(`${gatewayUrl}/status`),
      'ask for metrics without a token': () => get(`${gatewayUrl}/metrics`),
      'listen on the gateway’s port': () => listen({ port, host: '127.0.0.1' }),
      'listen on the gateway’s port at every address': () => listen({ port, host: '0.0.0.0' }),
      'listen on the gateway’s port at every IPv6 address': () => listen({ port, host: '::' }),
      'share the gateway’s port': () => listen({ port, host: '127.0.0.1', reusePort: true }),
    })),
    await listenByIpv6Alone(port),
    await look(`${gatewayUrl}/healthz`),
    await look(`${gatewayUrl}/.well-known/oauth-authorization-server`),
    await look(`${gatewayUrl}/.well-known/oauth-protected-resource/mcp`),
  ]
}

async function get(url: string, authorization?: string): Promise<string> {
  return readAllowed(await fetch(url, authorization === undefined ? {} : { headers: { authorization } }))
}

async function post(url: string, authorization?: string): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  return readAllowed(
    await fetch(url, {
      method: 'POST',
      headers: authorization === undefined ? headers : { ...headers, authorization },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
    }),
  )
}

async function readAllowed(response: Response): Promise<string> {
  const text = await response.text()
  if (response.status >= 400) throw new Refusal(`HTTP ${response.status}`)
  return `HTTP ${response.status} ${text}`
}

/** What anybody may read; its text is told, so that a test can see that nothing else is in it. */
async function look(url: string): Promise<Attempt> {
  const response = await fetch(url)
  return { attempt: `read ${new URL(url).pathname}`, outcome: `public (${response.status} ${await response.text()})` }
}

/** Refused where the broker listens at `[::]`. At an IPv4 address, as the image does, it leaves this to anybody: a known limit, see docs/design.md. */
async function listenByIpv6Alone(port: number): Promise<Attempt> {
  const tried = await tryTo('listen on the gateway’s port by IPv6 alone', () => listen({ port, host: '::', ipv6Only: true }))
  return tried.outcome === 'SUCCEEDED' ? { ...tried, outcome: 'public (known limit: IPv6 of a port that is held by IPv4)' } : tried
}

/** More than twice the share of a child. Refused where any of them is closed, though each is served at first. */
async function holdConnections(injector: string): Promise<void> {
  const { hostname: host, port } = new URL(injector)
  const sockets = Array.from({ length: 300 }, () => connect({ host, port: Number(port) }).resume())
  try {
    const closed = Promise.race(sockets.map((socket) => once(socket, 'close'))).then(() => 'closed')
    if ((await Promise.race([closed, delay(5_000, 'held')])) === 'closed') throw new Refusal('closed')
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

function listen(options: ListenOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const server = createServer()
  server.once('error', reject)
  server.listen(options, () => server.close(() => resolve()))
  return promise
}
