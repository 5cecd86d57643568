import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { BrokenConnection } from '../broken-connection.ts'

/**
 * `down`: 503. `garbage`: 200 with what is no JSON. `silent`: no answer until the outage ends, then the right one; a request that is aborted
 * rejects. `gone`: the connection breaks, and nothing is done. `mute`: the connection breaks after all was done.
 */
export type Outage = 'none' | 'down' | 'garbage' | 'silent' | 'gone' | 'mute'

export interface Outages {
  /** @param below Only paths that begin with this are out; all by default. */
  set(outage: Outage, below?: string): void
  wrap(fetch: Fetch): Fetch
}

export function createOutages(): Outages {
  let current: { readonly outage: Outage; readonly below: string } = { outage: 'none', below: '/' }
  let ended = Promise.withResolvers<void>()
  return {
    set(outage, below = '/') {
      current = { outage, below }
      ended.resolve()
      ended = Promise.withResolvers<void>()
    },
    wrap: (fetch) => async (request, peer) => {
      const { outage, below } = current
      if (!new URL(request.url).pathname.startsWith(below)) return await fetch(request, peer)
      switch (outage) {
        case 'none':
          return await fetch(request, peer)
        case 'down':
          return new Response('Service Unavailable', { status: 503 })
        case 'garbage':
          return new Response('<html><body>Under construction</body></html>', { headers: { 'content-type': 'text/html' } })
        case 'silent':
          await Promise.race([ended.promise, rejectOnAbort(request.signal)])
          return await fetch(request, peer)
        case 'gone':
          throw new BrokenConnection('before the request was served')
        case 'mute':
          await fetch(request, peer)
          throw new BrokenConnection('after the request was served')
      }
    },
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  if (signal.aborted) reject(signal.reason)
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return promise
}
