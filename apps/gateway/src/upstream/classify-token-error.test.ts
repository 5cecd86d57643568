import { expect, test } from 'vitest'
import { classifyTokenError } from './classify-token-error.ts'

test.each([
  ['invalid_client', "cannot load client with client id: 'abc'", 'client_refused'],
  ['unauthorized_client', 'invalid client secret', 'client_refused'],
  ['unauthorized_client', 'invalid empty client secret', 'client_refused'],
  ['unauthorized_client', 'unexpected redirect URI', 'client_refused'],
  ['unauthorized_client', 'redirect_uri does not match the authorization request', 'client_refused'],
  ['invalid_client', 'invalid client secret', 'client_refused'],
  ['unauthorized_client', 'client is not authorized', 'grant_refused'],
  ['unauthorized_client', 'failed PKCE code challenge', 'grant_refused'],
  ['unauthorized_client', 'unable to parse refresh token', 'grant_refused'],
  ['unauthorized_client', 'token is not a refresh token', 'grant_refused'],
  ['unauthorized_client', 'token was already used', 'grant_refused'],
  ['invalid_grant', 'grant does not exist', 'grant_refused'],
  ['invalid_grant', 'refresh token was not issued to this client', 'grant_refused'],
  ['invalid_grant', null, 'grant_refused'],
  ['invalid_grant', 'cannot increase the grant counter', 'race_lost'],
  ['invalid_request', 'cannot sign token', 'unavailable'],
  ['server_error', null, 'unavailable'],
  ['unauthorized_client', null, 'not_understood'],
  ['unauthorized_client', 'the client is on holiday', 'not_understood'],
  ['unsupported_grant_type', 'Only refresh_token or authorization_code grant type is supported', 'not_understood'],
  ['something_new', null, 'not_understood'],
])('takes %s / %s for %s', (code, description, reason) => {
  expect(classifyTokenError(code, description).reason).toBe(reason)
})

test('keeps the detail to one bounded line', () => {
  expect(classifyTokenError('invalid_grant', `two\nlines${'x'.repeat(1_000)}`).detail).toMatch(/^invalid_grant: two linesx{1,180}$/)
})
