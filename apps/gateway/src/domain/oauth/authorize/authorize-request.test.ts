import { describe, expect, test } from 'vitest'
import { parseAuthorizeRequest } from './authorize-request.ts'
import { authorizeError, authorizeResponseUrl } from './authorize-response.ts'
import { parseParameters } from '../parameters.ts'

const publicUrl = 'https://mcp.example.org'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const complete = { response_type: 'code', code_challenge: challenge, code_challenge_method: 'S256', state: 'xyz' }

function parse(changes: Readonly<Record<string, string>>, extra = '') {
  const query = `${new URLSearchParams({ ...complete, ...changes })}${extra}`
  return parseAuthorizeRequest(parseParameters(new URLSearchParams(query)), publicUrl)
}

test('parses a whole request', () => {
  expect(parse({ scope: 'read write offline_access', resource: 'https://mcp.example.org/mcp' })).toEqual({
    ok: true,
    value: { clientState: 'xyz', codeChallenge: challenge, resource: 'https://mcp.example.org/mcp', requestedLevel: 'write' },
  })
})

test('is content without state, scope and resource', () => {
  expect(parse({ state: '' })).toMatchObject({
    ok: true,
    value: { clientState: null, requestedLevel: 'read', resource: 'https://mcp.example.org/mcp' },
  })
})

test.each([
  [{ response_type: '' }, 'invalid_request'],
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ response_mode: 'fragment' }, 'invalid_request'],
  [{ code_challenge: '' }, 'invalid_request'],
  [{ code_challenge: 'short' }, 'invalid_request'],
  [{ code_challenge_method: '' }, 'invalid_request'],
  [{ code_challenge_method: 'plain' }, 'invalid_request'],
  [{ resource: 'https://other.example/mcp' }, 'invalid_target'],
  [{ state: 's'.repeat(5_000) }, 'invalid_request'],
  [{ state: 'a\u0000b' }, 'invalid_request'],
  [{ state: 'a\r\nb' }, 'invalid_request'],
  [{ state: 'a\u0085b' }, 'invalid_request'],
])('refuses %j as %s', (changes, error) => {
  const parsed = parse(changes)
  if (parsed.ok) throw new Error('was accepted')
  expect(authorizeError(parsed.error).error).toBe(error)
})

test('refuses a state in bytes that are no UTF-8, which could not be given back', () => {
  const query = String(new URLSearchParams(complete)).replace('state=xyz', 'state=%FF')
  expect(parseAuthorizeRequest(parseParameters(new URLSearchParams(query)), publicUrl)).toMatchObject({
    error: { reason: 'unprintable_state' },
  })
})

test('takes a state in any script', () => {
  expect(parse({ state: '’état 🦊' })).toMatchObject({ value: { clientState: '’état 🦊' } })
})

test.each(['&state=abc', '&scope=read&scope=full', '&code_challenge=', '&%22%5C%0A=1&%22%5C%0A=2'])(
  'refuses the repetition %s',
  (extra) => {
    const parsed = parse({}, extra)
    if (parsed.ok) throw new Error('was accepted')
    expect(authorizeError(parsed.error)).toEqual({ error: 'invalid_request', description: expect.stringMatching(/^[\w.-]+ must not/) })
  },
)

describe('authorizeResponseUrl', () => {
  test('brings code, state and issuer back, whatever the state holds', () => {
    const url = authorizeResponseUrl({
      redirectUri: 'https://client.example/cb',
      clientState: 'a&b=c d',
      issuer: publicUrl,
      outcome: { code: 'fjb_ac_x' },
    })
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({ code: 'fjb_ac_x', state: 'a&b=c d', iss: publicUrl })
  })

  test('leaves the client’s own query as it is', () => {
    const url = authorizeResponseUrl({
      redirectUri: 'cursor://app/cb?tab=%7e1',
      clientState: null,
      issuer: publicUrl,
      outcome: { error: 'access_denied', description: 'no' },
    })
    expect(url).toBe('cursor://app/cb?tab=%7e1&error=access_denied&error_description=no&iss=https%3A%2F%2Fmcp.example.org')
  })
})
