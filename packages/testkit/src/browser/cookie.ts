import { isTrustworthy } from './site.ts'

/** A cookie as a browser keeps it. */
export interface Cookie {
  readonly name: string
  readonly value: string
  /** The host that set it, or the domain that it named. */
  readonly domain: string
  /** Whether hosts below the domain get it too. */
  readonly includesSubdomains: boolean
  readonly path: string
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: 'strict' | 'lax' | 'none'
  /** Absent for a cookie that lives as long as the browser. */
  readonly expiresAtMs: number | undefined
}

/**
 * Reads a Set-Cookie header as a browser does; undefined when the browser would not take the cookie.
 * Without `SameSite` it is Lax, as in Chromium.
 *
 * @see RFC 6265bis §5.6 and §5.7
 */
export function parseSetCookie(header: string, url: URL, nowMs: number): Cookie | undefined {
  const [pair = '', ...parts] = header.split(';')
  const equals = pair.indexOf('=')
  if (equals < 1) return undefined
  const attributes = new Map(parts.map(parseAttribute))
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase() ?? ''
  const path = attributes.get('path') ?? ''
  const cookie: Cookie = {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    domain: domain === '' ? url.hostname : domain,
    includesSubdomains: domain !== '',
    path: path.startsWith('/') ? path : defaultPath(url),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: parseSameSite(attributes.get('samesite')),
    expiresAtMs: parseExpiry(attributes, nowMs),
  }
  return isAcceptable(cookie, url) ? cookie : undefined
}

/** @see RFC 6265 §5.1.3 */
export function matchesDomain(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`)
}

function isAcceptable(cookie: Cookie, url: URL): boolean {
  if (cookie.includesSubdomains && (!matchesDomain(url.hostname, cookie.domain) || !cookie.domain.includes('.'))) return false
  if (cookie.secure && !isTrustworthy(url)) return false
  if (cookie.sameSite === 'none' && !cookie.secure) return false
  const name = cookie.name.toLowerCase()
  if (name.startsWith('__secure-')) return cookie.secure
  if (name.startsWith('__host-')) return cookie.secure && cookie.path === '/' && !cookie.includesSubdomains
  return true
}

function parseAttribute(part: string): readonly [name: string, value: string] {
  const equals = part.indexOf('=')
  if (equals === -1) return [part.trim().toLowerCase(), '']
  return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()]
}

function parseSameSite(value: string | undefined): Cookie['sameSite'] {
  const lower = value?.toLowerCase()
  return lower === 'strict' || lower === 'none' ? lower : 'lax'
}

/** `Max-Age`, in seconds, goes before `Expires`. */
function parseExpiry(attributes: ReadonlyMap<string, string>, nowMs: number): number | undefined {
  const maxAge = attributes.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return nowMs + Number(maxAge) * 1000
  const expires = Date.parse(attributes.get('expires') ?? '')
  return Number.isNaN(expires) ? undefined : expires
}

/** @see RFC 6265 §5.1.4 */
function defaultPath({ pathname }: URL): string {
  const lastSlash = pathname.lastIndexOf('/')
  return lastSlash <= 0 ? '/' : pathname.slice(0, lastSlash)
}
