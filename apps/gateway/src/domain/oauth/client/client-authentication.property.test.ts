import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseClientAuthentication } from './client-authentication.ts'
import { parseParameters } from '../parameters.ts'
import { anyForm, spellings } from '../testing/form-arbitraries.ts'

const runs = { seed: 2617, numRuns: 1_000 }

test('throws for no header and no form whatever, and takes nobody for a client without a name', () => {
  fc.assert(
    fc.property(anyHeader(), anyForm, (authorization, form) => {
      const parsed = parse(authorization, form)
      expect(parsed.ok ? Object.values(parsed.value) : []).not.toContain('')
    }),
    runs,
  )
})

test('reads the same id and secret from the header however they are escaped', () => {
  fc.assert(
    fc.property(
      fc.tuple(text, text).chain(([id, secret]) => spelledBasic(id, secret).map((header) => ({ id, secret, header }))),
      ({ id, secret, header }) => {
        expect(parse(header, '')).toEqual({ ok: true, value: { clientId: id, clientSecret: secret } })
      },
    ),
    runs,
  )
})

test('takes a secret from one place only', () => {
  fc.assert(
    fc.property(text, text, fc.option(text, { nil: '' }), (id, inBody, inHeader) => {
      const header = `Basic ${toBase64(`${encodeURIComponent(id)}:${encodeURIComponent(inHeader)}`)}`
      const parsed = parse(header, `${new URLSearchParams({ client_id: id, client_secret: inBody })}`)
      expect(parsed).toEqual({ ok: false, error: { reason: 'two_client_authentications' } })
    }),
    runs,
  )
})

test('lets the body name no other client than the header', () => {
  fc.assert(
    fc.property(text, text, (inHeader, inBody) => {
      const parsed = parse(`Basic ${toBase64(`${encodeURIComponent(inHeader)}:s`)}`, `${new URLSearchParams({ client_id: inBody })}`)
      expect(parsed.ok).toBe(inHeader === inBody)
    }),
    { ...runs, examples: [['cli_1', 'cli_1']] },
  )
})

test('reads nothing from two headers, which arrive as one', () => {
  const header = fc.tuple(text, text).map(([id, secret]) => `Basic ${toBase64(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`)
  fc.assert(
    fc.property(fc.array(header, { minLength: 2, maxLength: 3 }), fc.constantFrom(', ', ',', ' , '), (headers, comma) => {
      expect(parse(headers.join(comma), 'client_id=cli_1')).toEqual({ ok: false, error: { reason: 'malformed_basic' } })
    }),
    runs,
  )
})

const text = anyText({ minLength: 1, maxLength: 20 }).map((value) => value.toWellFormed())

function anyHeader(): fc.Arbitrary<string | undefined> {
  const bytes = fc.uint8Array({ maxLength: 60 })
  return fc.option(
    fc.oneof(
      anyText(),
      bytes.map((given) => `Basic ${given.toBase64()}`),
      fc.tuple(bytes, bytes).map(([id, secret]) => `Basic ${new Uint8Array([...id, 58, ...secret]).toBase64()}`),
      fc.tuple(fc.constantFrom('Basic', 'basic ', 'BASIC\t', 'Bearer '), fc.base64String()).map((parts) => parts.join(' ')),
    ),
    { nil: undefined },
  )
}

/** As a form spells them, without the equals sign between. */
function spelledBasic(id: string, secret: string): fc.Arbitrary<string> {
  return fc
    .tuple(spellings([[id, '']]), spellings([[secret, '']]))
    .map((spelled) => `Basic ${toBase64(spelled.map((pair) => pair.replaceAll('&', '').slice(0, -1)).join(':'))}`)
}

function toBase64(value: string): string {
  return new TextEncoder().encode(value).toBase64()
}

function parse(authorization: string | undefined, form: string) {
  return parseClientAuthentication({ authorization, form: parseParameters(new URLSearchParams(form)) })
}
