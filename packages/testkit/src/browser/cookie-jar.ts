import type { Clock } from '@fjmcp-broker/shared/clock'
import { type Cookie, matchesDomain, parseSetCookie } from './cookie.ts'
import { isTrustworthy, type SiteRelation } from './site.ts'

/** The cookies of one browser. Ports do not separate them: two servers on 127.0.0.1 see each other's. */
export interface CookieJar {
  readonly cookies: readonly Cookie[]
  store(response: Response, url: URL): void
  /** The Cookie header for a navigation; empty when there is nothing to send. */
  headerFor(request: { readonly url: URL; readonly method: string; readonly relation: SiteRelation }): string
}

export function createCookieJar(clock: Clock): CookieJar {
  const jar = new Map<string, Cookie>()

  function living(): readonly Cookie[] {
    return [...jar.values()].filter(({ expiresAtMs }) => expiresAtMs === undefined || expiresAtMs > clock())
  }

  return {
    get cookies() {
      return living()
    },
    store(response, url) {
      for (const header of response.headers.getSetCookie()) {
        const cookie = parseSetCookie(header, url, clock())
        if (cookie !== undefined) jar.set(JSON.stringify([cookie.domain, cookie.path, cookie.name]), cookie)
      }
    },
    headerFor({ url, method, relation }) {
      return living()
        .filter((cookie) => isFor(cookie, url) && isSentAcrossSites(cookie, method, relation))
        .sort((one, other) => other.path.length - one.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ')
    },
  }
}

function isFor(cookie: Cookie, url: URL): boolean {
  const isHost = cookie.includesSubdomains ? matchesDomain(url.hostname, cookie.domain) : url.hostname === cookie.domain
  return isHost && matchesPath(url.pathname, cookie.path) && (!cookie.secure || isTrustworthy(url))
}

/** Every request here is a navigation of the whole window, so a Lax cookie goes along with a cross-site GET. */
function isSentAcrossSites({ sameSite }: Cookie, method: string, relation: SiteRelation): boolean {
  if (relation !== 'cross-site' || sameSite === 'none') return true
  return sameSite === 'lax' && (method === 'GET' || method === 'HEAD')
}

/** @see RFC 6265 §5.1.4 */
function matchesPath(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
}
