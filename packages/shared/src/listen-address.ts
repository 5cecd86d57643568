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

/** Where the broker listens unless it is told otherwise. */
export const defaultListenAddress = '127.0.0.1:8080'
