import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundFreshness, checkClientDocument, describeDocumentRejection } from './client-document.ts'

const url = 'https://client.example/client.json'
const rules = { privateSchemes: ['cursor'], ownOrigin: 'https://mcp.example.org' }
const document = { client_id: url, client_name: 'Editor', redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'] }

test('takes a document that says what it has to', () => {
  expect(check(document)).toEqual({
    ok: true,
    value: { name: 'Editor', redirectUris: ['http://localhost/callback', 'http://127.0.0.1/callback'], authMethod: 'none' },
  })
})

test.each([
  ['members that mean nothing here', { logo_uri: 'https://10.0.0.1/logo.svg', contacts: [], jwks_uri: 'https://10.0.0.1/' }],
  ['no authentication, said in words', { token_endpoint_auth_method: 'none' }],
  ['grants beside ours', { grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'] }],
  ['our response type', { response_types: ['code'] }],
])('takes a document with %s', (_, members) => {
  expect(check({ ...document, ...members }).ok).toBe(true)
})

test.each([
  ['another client', { client_id: 'https://client.example/other.json' }],
  ['the same client in another spelling', { client_id: 'https://client.example:443/client.json' }],
  ['the same client in other letters', { client_id: 'https://CLIENT.example/client.json' }],
  ['nobody', { client_id: undefined }],
  ['a list of clients', { client_id: [url] }],
])('refuses a document of %s', (_, members) => {
  expect(check({ ...document, ...members })).toEqual({ ok: false, error: { reason: 'not_of_this_client' } })
})

test.each([null, 'text', 1, [], [document], {}])('refuses what is no document at all: %j', (value) => {
  expect(check(value)).toEqual({ ok: false, error: { reason: 'not_of_this_client' } })
})

test.each([
  ['no name', { client_name: undefined }, 'client_name is missing'],
  ['a name of another type', { client_name: { en: 'Editor' } }, 'client_name is missing or of another type'],
  ['a name that cannot be seen', { client_name: '\u200b' }, 'client_name holds nothing that can be read'],
  ['no redirect URIs', { redirect_uris: undefined }, 'redirect_uris is missing'],
  ['an empty list of redirect URIs', { redirect_uris: [] }, 'at least one URI'],
  ['one redirect URI that is no text', { redirect_uris: [...document.redirect_uris, 7] }, 'redirect_uris.2'],
  ['one redirect URI that is not allowed', { redirect_uris: [...document.redirect_uris, 'javascript:alert(1)'] }, 'redirect_uris[2]'],
  ['a redirect URI that leads here', { redirect_uris: ['https://mcp.example.org/oauth/callback'] }, 'this server itself'],
  ['a secret', { client_secret: 'secret' }, 'must not name a client secret'],
  ['an empty secret', { client_secret: null }, 'must not name a client secret'],
  ['the end of a secret', { client_secret_expires_at: 0 }, 'must not name a client secret'],
  ['a method that needs a secret', { token_endpoint_auth_method: 'client_secret_basic' }, 'must not name a client secret'],
  ['another one', { token_endpoint_auth_method: 'client_secret_post' }, 'must not name a client secret'],
  ['a third one', { token_endpoint_auth_method: 'client_secret_jwt' }, 'must not name a client secret'],
  ['a method that we do not offer', { token_endpoint_auth_method: 'private_key_jwt' }, '"private_key_jwt" is not supported here'],
  ['a method of another type', { token_endpoint_auth_method: ['none'] }, 'token_endpoint_auth_method is missing or of another type'],
  ['only grants that we do not offer', { grant_types: ['implicit'] }, 'grant_types must include authorization_code'],
  ['only response types that we do not offer', { response_types: ['token'] }, 'response_types must include code'],
])('refuses a document with %s, and says so', (_, members, said) => {
  const checked = check({ ...document, ...members })
  expect(checked.ok ? 'taken' : describeDocumentRejection(checked.error)).toContain(said)
})

test('never takes a document of another client, nor throws, whatever it holds', () => {
  const start = fc.constantFrom('https://app.example', 'http://127.0.0.1:1', 'http://', 'com.example.app:/', 'javascript:', '')
  const address = fc.tuple(start, fc.stringMatching(/^[\w./:?#@-]{0,20}$/)).map((parts) => parts.join(''))
  const members = fc.record(
    {
      client_id: fc.oneof(fc.constantFrom<unknown>(url, `${url}/`, url.toUpperCase()), fc.jsonValue()),
      client_name: fc.oneof(anyText(), fc.jsonValue()),
      redirect_uris: fc.oneof(fc.array(fc.oneof(fc.constantFrom(...document.redirect_uris), address)), fc.jsonValue()),
      token_endpoint_auth_method: fc.oneof(fc.constantFrom<unknown>('none', 'client_secret_basic'), fc.jsonValue()),
      client_secret: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: members }, fc.jsonValue()), (value) => {
      const checked = check(value)
      if (!checked.ok) return describeDocumentRejection(checked.error) !== ''
      expect(value).toMatchObject({ client_id: url })
      expect(value).not.toHaveProperty('client_secret')
      expect(checked.value.authMethod).toBe('none')
    }),
    { seed: 7591, numRuns: 1_000 },
  )
})

describe('a document is current', () => {
  const minuteMs = 60_000
  test.each([
    ['five minutes at least', 0, 5 * minuteMs],
    ['as long as its host says', 60 * minuteMs, 60 * minuteMs],
    ['a day at most', 365 * 24 * 60 * minuteMs, 24 * 60 * minuteMs],
    ['five minutes where its host speaks nonsense', Number.NaN, 5 * minuteMs],
    ['five minutes where its host speaks of for ever', Number.POSITIVE_INFINITY, 5 * minuteMs],
  ])('%s', (_, said, expected) => {
    expect(boundFreshness(said)).toBe(expected)
  })
})

function check(value: unknown) {
  return checkClientDocument({ document: value, url, rules })
}
