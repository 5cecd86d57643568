/**
 * Whether a host name is one that anybody's DNS can point at this computer: no address, and not `localhost`, whose meaning browsers keep
 * to themselves.
 *
 * @param hostname As a URL has it: in lower case, IPv6 in brackets.
 */
export function isRebindableHost(hostname: string): boolean {
  const isAddress = hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(hostname)
  return !isAddress && hostname !== 'localhost' && !hostname.endsWith('.localhost')
}
