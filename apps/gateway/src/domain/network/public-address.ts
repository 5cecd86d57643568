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

/**
 * Whether an address is of the public internet and not one of this machine's own interfaces, behind which is what listens here.
 *
 * @param ownAddresses Of those interfaces.
 */
export function isPublicElsewhere(text: string, ownAddresses: readonly string[]): boolean {
  return isPublicAddress(text) && !ownAddresses.some((own) => normalize(own) === normalize(text))
}

function normalize(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.parse(address).toNormalizedString() : address
}

const givenOut = ipaddr.IPv6.parseCIDR('2000::/3')
