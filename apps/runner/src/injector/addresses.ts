/** The two ends between which the injector translates: Forgejo as users know it, and the stand-in that children know. */
export interface Addresses {
  /** Forgejo's URL, its path prefix included, without a trailing slash. */
  readonly forgejoUrl: string
  /** What a child has as its `FORGEJO_URL`: loopback, and a path prefix that cannot be guessed, so that it stands in no user's text. */
  readonly injectorUrl: string
}

/** What a URL leads to. `own` and `api` are Forgejo's; `path` is what stands in a request to it: prefix, path and query. */
export type Target =
  | { readonly kind: 'api'; readonly path: string; readonly apiPath: string }
  | { readonly kind: 'own'; readonly path: string }
  | { readonly kind: 'foreign'; readonly host: string }

/**
 * Finds out whether a URL leads to Forgejo. What is not surely Forgejo's own counts as foreign: another scheme, host or port, a path
 * outside of Forgejo's prefix, a user name, a path that may mean another one, or no URL at all.
 *
 * @param base What a relative URL is relative to.
 */
export function locate(url: string, forgejoUrl: string, base?: string): Target {
  const parsed = URL.parse(url, base)
  if (parsed === null) return { kind: 'foreign', host: 'an address that cannot be read' }
  const forgejo = new URL(forgejoUrl)
  const prefix = forgejo.pathname.replace(/\/$/, '')
  const isOwn =
    parsed.origin === forgejo.origin &&
    parsed.username === '' &&
    parsed.password === '' &&
    parsed.pathname.startsWith(`${prefix}/`) &&
    !hasTraversal(parsed.pathname)
  if (!isOwn) return { kind: 'foreign', host: parsed.host === '' ? `a ${parsed.protocol} address` : parsed.host }
  const path = parsed.pathname + parsed.search
  const within = path.slice(prefix.length)
  return isApiPath(within) ? { kind: 'api', path, apiPath: within } : { kind: 'own', path }
}

function isApiPath(path: string): boolean {
  const decoded = path.replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return /^\/+api\/+v1(?:[/?]|$)/i.test(decoded)
}

/**
 * Whether a path may lead elsewhere than it says, once somebody on the way decodes and normalises it: a `.` or `..` segment, however
 * often it is percent-encoded and whatever slash bounds it. Encoded slashes as such are fine: names of branches hold them.
 */
export function hasTraversal(path: string): boolean {
  let decoded = path
  for (let round = 0; round < 4; round += 1) {
    if (decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) return true
    if (!decoded.includes('%')) return false
    const next = decoded.replace(/%(2e|2f|5c|25)/gi, (escape) => decodeURIComponent(escape))
    if (next === decoded) return false
    decoded = next
  }
  return true
}
