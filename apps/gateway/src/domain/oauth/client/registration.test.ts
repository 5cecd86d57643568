import { expect, test } from 'vitest'
import { checkRegistration, registrationError } from './registration.ts'

const rules = { privateSchemes: [], ownOrigin: 'https://mcp.example.org' }
const callback = 'https://client.example/cb'

test('accepts a client, each redirect URI once', () => {
  const checked = checkRegistration({ clientName: 'Client', redirectUris: [callback, callback] }, rules)
  expect(checked).toEqual({ ok: true, value: { name: 'Client', redirectUris: [callback], authMethod: 'none' } })
})

test('names a client without a name after the place it returns to', () => {
  expect(checkRegistration({ clientName: '\u202E', redirectUris: [callback] }, rules)).toMatchObject({ value: { name: 'client.example' } })
})

test.each([
  [{ redirectUris: [] }, 'invalid_redirect_uri', /at least one/],
  [{ redirectUris: Array.from({ length: 17 }, (_, n) => `${callback}/${n}`) }, 'invalid_redirect_uri', /at most 16/],
  [{ redirectUris: [callback, 'http://client.example/cb'] }, 'invalid_redirect_uri', /redirect_uris\[1\] must use https/],
  [{ redirectUris: ['javascript:alert(1)'] }, 'invalid_redirect_uri', /scheme "javascript"/],
  [{ redirectUris: [callback, 'https:client.example'] }, 'invalid_redirect_uri', /redirect_uris\[1\] must say where it leads/],
  [{ redirectUris: ['https://mcp.example.org/cb'] }, 'invalid_redirect_uri', /this server itself/],
  [{ redirectUris: [`${callback}?code=1`] }, 'invalid_redirect_uri', /must not have code in its query/],
  [{ redirectUris: ['nonsense'] }, 'invalid_redirect_uri', /not a URI/],
  [{ redirectUris: [callback], grantTypes: ['client_credentials'] }, 'invalid_client_metadata', /authorization_code/],
  [{ redirectUris: [callback], responseTypes: ['token'] }, 'invalid_client_metadata', /response_types/],
  [{ redirectUris: [callback], authMethod: 'private_key_jwt' }, 'invalid_client_metadata', /none, client_secret_basic, client_secret_post/],
])('refuses %j as %s', (metadata, error, reason) => {
  const checked = checkRegistration(metadata, rules)
  if (checked.ok) throw new Error('was accepted')
  expect(registrationError(checked.error)).toEqual({ error, description: expect.stringMatching(reason) })
})
