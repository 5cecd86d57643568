import * as fc from 'fast-check'

/** A request as it may come from the wire, before anything has looked at it. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

/** What a server makes of it. */
export function toRequest(origin: string, { method, path, query, headers, body }: RawRequest): Request {
  const url = new URL(path, origin)
  url.search = query
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(url, { method, headers, body: hasBody ? body : null })
}

/** Any bytes, a few of them or more than the endpoints for forms take. */
export const bytes: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc.oneof(
  { weight: 30, arbitrary: fc.uint8Array({ maxLength: 300 }).map((given) => new Uint8Array(given)) },
  { weight: 1, arbitrary: fc.nat(255).map((value) => new Uint8Array(70_000).fill(value)) },
)

/** What a parser of HTTP lets through in the value of a header. */
export const headerText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }), fc.constant(9)), { maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes).trim())

/** Changes one to three things of a request: some bytes, a word, a value of its JSON, a header, the method. */
export function createChange(): fc.Arbitrary<Change> {
  const one = fc.oneof(
    { weight: 6, arbitrary: changedText },
    { weight: 3, arbitrary: changedValue },
    { weight: 3, arbitrary: changedHeader },
    { weight: 3, arbitrary: changedMethod },
  )
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => (request) => all.reduce((changed, apply) => apply(changed), request))
}

export type Change = (request: RawRequest) => RawRequest

const jsonWords = [
  ':',
  ',',
  '{',
  '}',
  '[',
  ']',
  '[[[[[[[[',
  '"',
  'null',
  '-1',
  '1e999',
  '9007199254740993',
  '\\u0000',
  '\\ud800',
  '"__proto__":1,',
]
const formWords = ['&', '=', '%', '%00', '%ff', '+', '?', '#', ';', '&client_id=x', '&token=x', '&redirect_uri=javascript:1', '&resource=x']
const words = [...jsonWords, ...formWords, '', '\0', '\uFEFF', '\r\n', 'a'.repeat(5_000)]

/** Cuts a few bytes out of the query or the body, and puts others or a word in their place. */
const changedText: fc.Arbitrary<Change> = fc
  .record({
    place: fc.nat(),
    removed: fc.nat(6),
    inserted: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(...words).map((word) => new TextEncoder().encode(word)),
    ),
  })
  .map(({ place, removed, inserted }) => (request) => {
    const isQuery = request.body.length === 0
    const text = isQuery ? new TextEncoder().encode(request.query) : request.body
    const at = place % (text.length + 1)
    const changed = new Uint8Array([...text.subarray(0, at), ...inserted, ...text.subarray(at + removed)])
    return isQuery ? { ...request, query: new TextDecoder().decode(changed) } : { ...request, body: changed }
  })

/** Puts any JSON in the place of a value, however deep it stands. */
const changedValue: fc.Arbitrary<Change> = fc.record({ place: fc.nat(), value: fc.jsonValue() }).map(({ place, value }) => (request) => {
  const text = new TextDecoder().decode(request.body)
  const values = [...text.matchAll(/:("[^"]*"|[\d.]+|\{[^{}]*\}|\[[^[\]]*\])/g)]
  const found = values[place % Math.max(1, values.length)]
  if (found === undefined) return request
  const changed = `${text.slice(0, found.index)}:${JSON.stringify(value)}${text.slice(found.index + found[0].length)}`
  return { ...request, body: new TextEncoder().encode(changed) }
})

const changedHeader: fc.Arbitrary<Change> = fc
  .record({ place: fc.nat(), text: fc.option(headerText, { nil: undefined }), isAppended: fc.boolean() })
  .map(({ place, text, isAppended }) => (request) => {
    const names = [...Object.keys(request.headers), 'cookie', 'origin', 'host', 'mcp-protocol-version', 'last-event-id', 'content-length']
    const name = names[place % names.length] ?? 'cookie'
    const { [name]: given = '', ...others } = request.headers
    return { ...request, headers: text === undefined ? others : { ...others, [name]: isAppended ? given + text : text } }
  })

const changedMethod: fc.Arbitrary<Change> = fc
  .constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD')
  .map((method) => (request) => ({ ...request, method }))
