import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { approve, authorizeInBrowser, openAuthorization } from '../oauth/sign-in.ts'

const issuer = 'https://mcp.example.test'
const state = 'the client’s own state'

test('brings code, state and issuer to the client and nothing else', async () => {
  const harness = await createHarness()
  const client = await harness.registerClient()
  const answer = await authorizeInBrowser({ browser: harness.openBrowser(), client, login: 'alice', level: 'read' })
  expect(answer.origin + answer.pathname).toBe(client.redirectUri)
  expect(Object.fromEntries(answer.searchParams)).toEqual({ code: expect.stringMatching(/^fjb_ac_[\w-]{43}$/), state, iss: issuer })
})

test('names the issuer with every error too', async () => {
  const harness = await createHarness()
  const client = await harness.registerClient({ redirect_uris: ['http://127.0.0.1/callback'] })
  const begin = () => openAuthorization(harness.openBrowser(), client)
  const alice = { login: 'alice', password: 'alice-password' }
  const answers = {
    invalid_request: (await harness.fetch(new Request(client.authorizeUrl({ code_challenge: undefined })))).headers.get('location'),
    access_denied: (await (await begin()).submit({}, 'deny')).url,
    temporarily_unavailable: await goThroughOutage(),
  }
  for (const [error, url] of Object.entries(answers)) {
    expect(Object.fromEntries(new URL(url ?? '').searchParams)).toEqual({
      error,
      error_description: expect.any(String),
      state,
      iss: issuer,
    })
  }

  async function goThroughOutage(): Promise<string> {
    const atForgejo = await approve(await begin(), 'read')
    harness.forgejo.setOutage('garbage', '/login/oauth/access_token')
    return (await signInWithForgejo(atForgejo, alice)).url
  }
})

test('says in its metadata that it does, under the same name', async () => {
  const { fetch } = await createHarness()
  const metadata = await (await fetch(new Request(`${issuer}/.well-known/oauth-authorization-server`))).json()
  expect(metadata).toMatchObject({ issuer, authorization_response_iss_parameter_supported: true })
})
