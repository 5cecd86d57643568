import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address is one of the public internet: unicast, and neither private, local to a link or site, for documentation, tests or
 * tunnels, nor one that has an IPv4 address within, which might be none of these. A text that is no plain address is not public.
 *
 * @see RFC 6890
 */
export function isPublicAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).range() === 'unicast'
  if (!ipaddr.IPv6.isValid(text)) return false
  const address = ipaddr.IPv6.parse(text)
  // All that is given out of IPv6 lies here: what is not, is nobody's or somebody's own, listed or not.
  return address.zoneId === undefined && address.match(givenOut) && address.range() === 'unicast'
}

const givenOut = ipaddr.IPv6.parseCIDR('2000::/3')
