import { parseIpAddress } from '../network/ip-address.ts'

/**
 * The name under which a client's address is counted: an IPv4 address by itself, an IPv6 address by its network of 64 bits, which is the
 * least that one household or server gets. All whose address is not known are counted as one.
 */
export function limitKey(address: string | undefined): string {
  const parsed = parseIpAddress(address ?? '')
  if (parsed === undefined) return 'unknown'
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const groups = parsed.toNormalizedString().split(':')
  return `${groups.slice(0, 4).join(':')}::/64`
}
