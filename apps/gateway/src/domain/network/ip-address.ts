import ipaddr from 'ipaddr.js'

/** An address, of whichever family. One of IPv4 is never in its IPv6-mapped form, and none has a zone. */
export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6

/**
 * Parses an address as a socket tells it or a proxy writes it: IPv4 in four decimal parts, mapped into IPv6 or not; IPv6 with or without a
 * zone, which is dropped. Undefined for all else, IPv4 in octal, hexadecimal or fewer parts included.
 *
 * @see RFC 4291 §2.2, §2.5.5.2, RFC 4007 §11.2
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const plain = /^::ffff:([\d.]+)$/i.exec(text)?.[1] ?? text
  if (ipaddr.IPv4.isValidFourPartDecimal(plain)) return ipaddr.IPv4.parse(plain)
  const unzoned = plain.replace(/%[\w.-]{1,64}$/, '')
  if (!/^[\da-f:]{2,39}$/i.test(unzoned) || !ipaddr.IPv6.isValid(unzoned)) return undefined
  const address = ipaddr.IPv6.parse(unzoned)
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/** An address and how many of its first bits make the network. */
export type IpNetwork = readonly [IpAddress, number]

/** Parses `10.0.0.0/8`, or an address alone, which is a network of one. Undefined for all else, and for a network of everybody (`/0`). */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, written, prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = parseIpAddress(written ?? '')
  if (address === undefined) return undefined
  const bits = address.kind() === 'ipv4' ? 32 : 128
  const length = prefix === undefined ? bits : Number(prefix)
  return length >= 1 && length <= bits ? [address, length] : undefined
}

export function isInNetwork(address: IpAddress, [network, length]: IpNetwork): boolean {
  return address.kind() === network.kind() && address.match(network, length)
}
