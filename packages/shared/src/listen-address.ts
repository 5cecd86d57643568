/** Where a server listens. */
export interface ListenAddress {
  /** An address or a name; an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number
}

/** Parses `host:port`, with an IPv6 host in brackets. Port 0 lets the system choose. Undefined where the text is anything else. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host !== undefined && port <= 65_535 ? { host, port } : undefined
}

/** Where a server is reached from the same machine, one that listens on every address too. */
export function reachableAddress({ host, port }: ListenAddress): ListenAddress {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port }
  return { host: host === '::' ? '::1' : host, port }
}

/**
 * Whether two servers that listen there are in each other's way, as far as the addresses alone tell: the same port at hosts of which one is
 * the other or covers it.
 */
export function isOverlapping(one: ListenAddress, other: ListenAddress): boolean {
  if (one.port !== other.port || one.port === 0) return false
  const [host, otherHost] = [canonicalHost(one), canonicalHost(other)]
  return host === otherHost || covers(host, otherHost) || covers(otherHost, host)
}

function covers(host: string, other: string): boolean {
  if (host === '[::]') return true
  if (host === '0.0.0.0') return !other.startsWith('[')
  return host === 'localhost' && (other === '127.0.0.1' || other === '[::1]')
}

/** In one spelling of several; an IPv6 address in brackets. */
function canonicalHost({ host }: ListenAddress): string {
  const written = host.includes(':') ? `[${host}]` : host
  return URL.parse(`http://${written}`)?.hostname ?? written
}

/** Where the broker listens unless it is told otherwise. */
export const defaultListenAddress = '127.0.0.1:8080'
