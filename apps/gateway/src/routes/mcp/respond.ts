/** What browser clients may read; sent with every answer, since an error without it is unreadable to them. */
const browserHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Mcp-Session-Id, WWW-Authenticate, Retry-After',
}

type HeaderFields = Readonly<Record<string, string>>

/** A JSON answer of the endpoint. The headers stay a plain object: the server writes these without building `Headers` first. */
export function jsonResponse(body: object, { status = 200, headers }: { readonly status?: number; readonly headers?: HeaderFields } = {}) {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...browserHeaders, 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  })
}

/** An answer without a body. */
export function emptyResponse(status: 202 | 204, headers?: HeaderFields): Response {
  return new Response(null, { status, headers: { ...browserHeaders, ...headers } })
}

/** An answer that is a stream of events; proxies are told not to hold it back. */
export function eventStreamResponse(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: { ...browserHeaders, 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}
