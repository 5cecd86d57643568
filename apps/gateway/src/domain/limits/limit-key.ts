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

/**
 * The name under which an IPv6 address is counted once more, by its network of 48 bits: one owner may have all 65,536 networks in that.
 * `undefined` for any other address.
 */
export function networkLimitKey(address: string | undefined): string | undefined {
  const parsed = parseIpAddress(address ?? '')
  if (parsed?.kind() !== 'ipv6') return undefined
  return `${parsed.toNormalizedString().split(':').slice(0, 3).join(':')}::/48`
}
