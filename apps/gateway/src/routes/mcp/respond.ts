/**
 * What browsers heed. Sent with every answer: clients that run there can read an error only with it, no other page gets hold of an answer
 * by making a script or an image of it, and nothing is kept.
 */
const browserHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Mcp-Session-Id, WWW-Authenticate, Retry-After',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

type HeaderFields = Readonly<Record<string, string>>

interface ResponseHead {
  readonly status?: number
  readonly headers?: HeaderFields
}

/** A JSON answer of the endpoint. The headers stay a plain object: the server writes these without building `Headers` first. */
export function jsonResponse(body: object, head: ResponseHead = {}): Response {
  return jsonTextResponse(JSON.stringify(body), head)
}

/** The same with a body that is JSON already. */
export function jsonTextResponse(json: string, { status = 200, headers }: ResponseHead = {}): Response {
  return new Response(json, {
    status,
    headers: { ...browserHeaders, 'content-type': 'application/json', ...headers },
  })
}

/** An answer without a body. */
export function emptyResponse(status: 202 | 204, headers?: HeaderFields): Response {
  return new Response(null, { status, headers: { ...browserHeaders, ...headers } })
}

/** An answer that is a stream of events; proxies are told not to hold it back. */
export function eventStreamResponse(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: { ...browserHeaders, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  })
}
