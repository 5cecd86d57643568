import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { getCode } from '../oauth/get-code.ts'
import { readError } from '../oauth/token-answers.ts'

test.each([
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['no challenge but a method', { code_challenge: undefined }],
  ['no challenge method, which means plain', { code_challenge_method: undefined }],
  ['the challenge method plain', { code_challenge_method: 'plain' }],
  ['the challenge method in other letters', { code_challenge_method: 's256' }],
  ['a challenge of another form', { code_challenge: 'abc' }],
])('begins no sign-in with %s', async (_, changes) => {
  const { fetch, registerClient } = await createHarness()
  const client = await registerClient({ redirect_uris: ['http://127.0.0.1:33418/callback'] })
  const response = await fetch(new Request(client.authorizeUrl(changes)))
  expect(response.headers.getSetCookie()).toEqual([])
  expect(new URL(response.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request')
})

test.each([
  ['without a verifier', { code_verifier: '' }, 'invalid_request'],
  ['with the challenge as verifier, as if it were plain', { code_verifier: 'challenge' }, 'invalid_grant'],
  ['with another verifier', { code_verifier: 'another-verifier-that-belongs-to-somebody-else' }, 'invalid_grant'],
])('a code is not exchanged %s', async (_, { code_verifier: verifier }, error) => {
  const harness = await createHarness()
  const client = await harness.registerClient()
  const code = await getCode(harness, client)
  const challenge = new URL(client.authorizeUrl()).searchParams.get('code_challenge') ?? ''
  const changes = { code_verifier: verifier === 'challenge' ? challenge : verifier, code_challenge_method: 'plain' }
  expect(await readError(await client.exchange(code, changes))).toEqual([400, error])
})

test('the metadata names no other method', async () => {
  const { fetch } = await createHarness()
  const metadata = await (await fetch(new Request('https://mcp.example.test/.well-known/oauth-authorization-server'))).json()
  expect(metadata).toMatchObject({ code_challenge_methods_supported: ['S256'] })
})
