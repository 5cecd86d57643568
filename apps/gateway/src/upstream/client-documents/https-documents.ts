import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { DocumentFailure, FetchClientDocument, FetchedDocument } from './client-documents.ts'
import { limitFetches } from './limit-fetches.ts'
import { createPinnedClient } from './pinned-client.ts'
import { readDocument } from './read-document.ts'
import type { ResolveHost } from './resolve-host.ts'

export interface HttpsDocumentsOptions {
  readonly resolveHost: ResolveHost
  /** Whether a connection may go to an IP address. */
  readonly isAllowed: (address: string) => boolean
  readonly userAgent: string
  readonly clock: Clock
  /** For one fetch as a whole, from asking for the address to the last byte; 5 s where none is given. */
  readonly timeoutMs?: number
  /** For tests; 443 where none is given. */
  readonly port?: number
  /** Certificates to trust instead of the usual ones, PEM; for tests. */
  readonly ca?: string
}

/** Small enough that nobody's host is flooded. One fetch takes eight seconds at most, the wait for a place included. */
const limits = { atOnce: 32, atOnceForEachHost: 2, waiting: 64, waitingForEachHost: 8, waitMs: 3_000, perMinuteForEachHost: 30 }
const maxAddresses = 32
const maxHeaderBytes = 16_384

/**
 * Fetches clients' metadata documents over HTTPS. The name is asked for once; if any of its addresses is not allowed nothing is fetched,
 * and the connection goes to one of those that were checked.
 *
 * @see draft-ietf-oauth-client-id-metadata-document §5, §8.6
 */
export function createHttpsDocuments(options: HttpsDocumentsOptions): FetchClientDocument {
  return limitFetches((url) => fetchWithin(url, options), { ...limits, clock: options.clock })
}

async function fetchWithin(url: string, options: HttpsDocumentsOptions): Promise<Result<FetchedDocument, DocumentFailure>> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? 5_000)
  try {
    const { hostname } = new URL(url)
    const addresses = await untilAborted(options.resolveHost(hostname, signal), signal)
    const checked = checkAddresses(addresses, options.isAllowed)
    return checked.ok ? await fetchFrom(url, { ...options, addresses: checked.value, signal }) : checked
  } catch (error) {
    return noAnswer(describe(error))
  }
}

function checkAddresses(
  addresses: readonly string[],
  isAllowed: HttpsDocumentsOptions['isAllowed'],
): Result<readonly string[], DocumentFailure> {
  if (addresses.length === 0) return noAnswer('the name has no address')
  if (addresses.length > maxAddresses) return noAnswer(`the name has more than ${maxAddresses} addresses`)
  const refused = addresses.find((address) => !isAllowed(address))
  return refused === undefined ? ok(addresses) : noAnswer(`the name leads to ${refused.slice(0, 64)}, which is not public`)
}

async function fetchFrom(
  url: string,
  {
    addresses,
    signal,
    userAgent,
    port,
    ca,
  }: HttpsDocumentsOptions & { readonly addresses: readonly string[]; readonly signal: AbortSignal },
): Promise<Result<FetchedDocument, DocumentFailure>> {
  const { origin, pathname } = new URL(url)
  const client = createPinnedClient({ origin, addresses, port, ca, signal, maxHeaderBytes })
  try {
    const headers = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': userAgent }
    return await readDocument(await client.request({ method: 'GET', path: pathname, headers, signal }))
  } finally {
    await client.destroy()
  }
}

/** A resolver that does not heed the signal is left alone with its answer. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return Promise.race([work, aborted])
}

function noAnswer(detail: string): Result<never, DocumentFailure> {
  return err({ reason: 'no_answer', detail })
}

/** By code or name, never by message: it may quote what the other side sent. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
