import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { getCode } from '../oauth/get-code.ts'
import { codeVerifier } from '../oauth/oauth-client.ts'
import { readError } from '../oauth/token-answers.ts'

test.each([
  ['the secret', ['client_secret']],
  ['id and secret', ['client_id', 'client_secret']],
  ['the code', ['code']],
  ['everything', ['grant_type', 'client_id', 'client_secret', 'code', 'code_verifier']],
])('a token request with %s in its address is refused, uses nothing up, and leaves nothing in the log', async (_, inAddress) => {
  const harness = await createHarness()
  const client = await harness.registerClient({ token_endpoint_auth_method: 'client_secret_post' })
  const code = await getCode(harness, client)
  const secret = client.secret ?? ''
  const all = { grant_type: 'authorization_code', client_id: client.id, client_secret: secret, code, code_verifier: codeVerifier }
  const [body, url] = [new URLSearchParams(all), new URL('https://mcp.example.test/oauth/token')]
  for (const [name, value] of Object.entries(all)) {
    if (!inAddress.includes(name)) continue
    url.searchParams.set(name, value)
    body.delete(name)
  }
  expect(await readError(await harness.fetch(new Request(url, { method: 'POST', body })))).toEqual([400, 'invalid_request'])
  expect((await client.exchange(code)).status).toBe(200)
  expect([secret, code, codeVerifier].filter((text) => harness.log.text.includes(text))).toEqual([])
})

test('a revocation with the token in its address is refused, and ends nothing', async () => {
  const harness = await createHarness()
  const { client, tokens } = await harness.signIn({ login: 'alice' })
  const url = `https://mcp.example.test/oauth/revoke?token=${tokens.refresh_token}`
  const body = new URLSearchParams({ client_id: client.id, token: tokens.refresh_token })
  expect(await readError(await harness.fetch(new Request(url, { method: 'POST', body })))).toEqual([400, 'invalid_request'])
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
})
