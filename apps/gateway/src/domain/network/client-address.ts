import { type IpAddress, parseIpAddress } from './ip-address.ts'

/** Further hops are not followed: no real way has so many proxies. */
const mostHops = 20

/**
 * Finds the client behind the proxies that are trusted: the last one on the way to us that is not, or the farthest that a trusted one tells
 * of. What anybody but a trusted proxy wrote into the header is never read.
 *
 * @param way `forwardedFor` is `X-Forwarded-For`, repeated headers joined by commas in their order: each proxy adds whom it saw at the right end.
 */
export function findClientAddress(way: {
  readonly peer: IpAddress
  readonly forwardedFor: string | undefined
  readonly isTrusted: (address: IpAddress) => boolean
}): IpAddress {
  const { peer, forwardedFor = '', isTrusted } = way
  let address = peer
  let end = forwardedFor.length
  for (let hops = 0; hops < mostHops && end > 0 && isTrusted(address); hops++) {
    const comma = forwardedFor.lastIndexOf(',', end - 1)
    const before = parseForwarded(forwardedFor.slice(comma + 1, end))
    if (before === undefined) return address
    address = before
    end = comma
  }
  return address
}

/** Some proxies write the port along, and an IPv6 address in brackets. */
function parseForwarded(entry: string): IpAddress | undefined {
  const text = entry.trim()
  const withPort = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? /^([\d.]+):\d{1,5}$/.exec(text)
  return parseIpAddress(withPort?.[1] ?? text)
}
