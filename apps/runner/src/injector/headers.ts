import type { UpstreamHeaders } from './upstream.ts'

/** What is passed on to Forgejo of a child's headers; everything else, an identity of any kind included, is not. */
const passedOn = [
  'accept',
  'accept-language',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
]

/** What concerns the connection to Forgejo, its cookies, or where to turn next; the last is said anew where it is to be said. */
const keptBack = new Set([
  'alt-svc',
  'clear-site-data',
  'connection',
  'content-location',
  'keep-alive',
  'location',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'refresh',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
])

/** The headers of a request to Forgejo but for the authorization, which changes when the request is repeated. */
export function toForgejoHeaders({
  headers,
  rewritable,
  userAgent,
}: {
  readonly headers: UpstreamHeaders
  /** Whether the answer may be rewritten and so has to come uncompressed. */
  readonly rewritable: boolean
  /** For a child that names none. */
  readonly userAgent: string
}): Readonly<Record<string, string>> {
  const passed: Record<string, string> = { 'user-agent': single(headers['user-agent']) ?? userAgent }
  for (const name of passedOn) {
    const value = single(headers[name])
    if (value !== undefined) passed[name] = value
  }
  passed['accept-encoding'] = (rewritable ? undefined : single(headers['accept-encoding'])) ?? 'identity'
  return passed
}

/** The headers of Forgejo's response that the child gets. */
export function toChildHeaders(headers: UpstreamHeaders): Record<string, string | string[]> {
  const named = new Set((single(headers['connection']) ?? '').toLowerCase().split(/[\s,]+/))
  const passed: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || keptBack.has(name) || named.has(name)) continue
    const values = typeof value === 'string' ? [value] : value
    if (values.every(isHeaderValue)) passed[name] = typeof value === 'string' ? value : [...value]
  }
  return passed
}

export function single(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : value.join(', ')
}

/** What a server may send. @see RFC 9110 §5.5 */
function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
}
