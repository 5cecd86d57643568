import { expect, test } from 'vitest'
import { parseParameters } from '../parameters.ts'
import { tokenError } from './token-error.ts'
import { parseTokenRequest } from './token-request.ts'

const publicUrl = 'https://mcp.example.org'
const verifier = 'v'.repeat(43)
const code = { grant_type: 'authorization_code', client_id: 'cli_1', code: 'c', code_verifier: verifier }

function parse(form: Readonly<Record<string, string>>, extra = '') {
  const parameters = parseParameters(new URLSearchParams(`${new URLSearchParams(form)}${extra}`))
  return parseTokenRequest({ authorization: undefined, form: parameters }, publicUrl)
}

test('parses the exchange of a code', () => {
  expect(parse({ ...code, redirect_uri: 'https://client.example/cb' })).toEqual({
    ok: true,
    value: {
      grantType: 'authorization_code',
      clientId: 'cli_1',
      code: 'c',
      codeVerifier: verifier,
      redirectUri: 'https://client.example/cb',
      resource: 'https://mcp.example.org/mcp',
    },
  })
})

test('parses a refresh', () => {
  expect(parse({ grant_type: 'refresh_token', client_id: 'cli_1', refresh_token: 'r', scope: 'read' })).toEqual({
    ok: true,
    value: { grantType: 'refresh_token', clientId: 'cli_1', refreshToken: 'r', scope: 'read', resource: 'https://mcp.example.org/mcp' },
  })
})

test.each([
  [{ ...code, grant_type: '' }, 'invalid_request'],
  [{ ...code, grant_type: 'password' }, 'unsupported_grant_type'],
  [{ ...code, client_id: '' }, 'invalid_request'],
  [{ ...code, code: '' }, 'invalid_request'],
  [{ ...code, code_verifier: '' }, 'invalid_request'],
  [{ ...code, code_verifier: 'short' }, 'invalid_request'],
  [{ ...code, resource: 'https://other.example/' }, 'invalid_target'],
  [{ grant_type: 'refresh_token', client_id: 'cli_1' }, 'invalid_request'],
])('refuses %j as %s', (form, error) => {
  const parsed = parse(form)
  if (parsed.ok) throw new Error('was accepted')
  expect(tokenError(parsed.error)).toMatchObject({ status: 400, error })
})

test('refuses a repeated parameter', () => {
  expect(parse(code, '&code=d')).toEqual({ ok: false, error: { reason: 'repeated_parameter', name: 'code' } })
})
