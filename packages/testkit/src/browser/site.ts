/** How the page that starts a request and the address that is asked are related, in the words of `Sec-Fetch-Site`. */
export type SiteRelation = 'none' | 'same-origin' | 'same-site' | 'cross-site'

/**
 * Relates whoever starts a request to all addresses of its redirect chain so far: the most distant one decides.
 *
 * @param initiator The origin of the page; absent when a person typed the address.
 * @see Fetch Metadata §2.3
 */
export function relateSites(initiator: string | undefined, chain: readonly URL[]): SiteRelation {
  if (initiator === undefined) return 'none'
  const from = URL.parse(initiator)
  if (from === null || chain.some((url) => siteOf(url) !== siteOf(from))) return 'cross-site'
  return chain.every((url) => url.origin === from.origin) ? 'same-origin' : 'same-site'
}

/** Whether browsers treat a connection as secure: https, and http on loopback. */
export function isTrustworthy(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url.hostname)
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

/** Scheme and the last two labels of the name, in place of the public suffix list; ports do not matter. */
function siteOf({ protocol, hostname }: URL): string {
  const isAddress = hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(hostname)
  return `${protocol}//${isAddress ? hostname : hostname.split('.').slice(-2).join('.')}`
}
