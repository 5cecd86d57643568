import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { buildConnector, Client } from 'undici'

export interface PinnedClientOptions {
  /** The host's origin, whose name the certificate has to bear. */
  readonly origin: string
  /** Where connections go, and nowhere else: IP addresses, at least one. */
  readonly addresses: readonly string[]
  /** For tests; the URL's where none is given. */
  readonly port?: number | undefined
  /** Certificates to trust instead of the usual ones, PEM; for tests. */
  readonly ca?: string | undefined
  /** Ends the connection, whatever state it is in. */
  readonly signal: AbortSignal
  readonly maxHeaderBytes: number
}

/**
 * An HTTP/1.1 client for one request over TLS that never asks for an address. It follows no redirect, knows no proxy, and keeps no cookie,
 * TLS session or connection.
 */
export function createPinnedClient({ origin, addresses, port, ca, signal, maxHeaderBytes }: PinnedClientOptions): Client {
  const connect = buildConnector({
    allowH2: false,
    rejectUnauthorized: true,
    maxCachedSessions: 0,
    signal,
    timeout: 0,
    lookup: lookUpAmong(addresses),
    autoSelectFamily: true,
    ...(ca === undefined ? {} : { ca }),
  })
  return new Client(origin, {
    connect: (options, callback) => connect(port === undefined ? options : { ...options, port: String(port) }, callback),
    maxHeaderSize: maxHeaderBytes,
    pipelining: 0,
  })
}

function lookUpAmong(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_, { all }, callback) => {
    const [first] = found
    if (all === true) callback(null, found)
    else callback(null, first?.address ?? '', first?.family)
  }
}
