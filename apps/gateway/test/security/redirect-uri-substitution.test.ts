import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'

describe('a request whose client or redirect URI is not proven', () => {
  test.each([
    ['no client', { client_id: undefined }, /client_id/],
    ['an unknown client', { client_id: 'cli_00000000000000000000000000' }, /not known here/],
    ['a client id of another kind', { client_id: 'client' }, /not known here/],
    ['a client whose document cannot be had', { client_id: 'https://client.example/client.json' }, /Nothing could be learnt/],
    ['no redirect URI', { redirect_uri: undefined }, /redirect_uri/],
    ['a foreign redirect URI', { redirect_uri: 'https://evil.example/callback' }, /foreign address/],
    ['a longer redirect URI', { redirect_uri: 'https://client.example/callback/../evil' }, /foreign address/],
    ['another port', { redirect_uri: 'https://client.example:8443/callback' }, /foreign address/],
    ['a host that only begins like it', { redirect_uri: 'https://client.example.evil.example/callback' }, /foreign address/],
    ['a user name that looks like it', { redirect_uri: 'https://client.example@evil.example/callback' }, /foreign address/],
    ['script', { redirect_uri: 'javascript:alert(1)' }, /foreign address/],
  ])('shows a page for %s and redirects nowhere', async (_, changes, text) => {
    const { fetch, registerClient } = await createHarness()
    const client = await registerClient()
    // Everything else is wrong too: the page comes before any error that is redirected.
    const response = await fetch(new Request(client.authorizeUrl({ ...changes, response_type: 'token', code_challenge: undefined })))
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await response.text()).toMatch(text)
  })

  test.each(['redirect_uri=https%3A%2F%2Fevil.example%2F', 'client_id=cli_00000000000000000000000000'])(
    'shows a page when a second %s comes, behind the proven one or before it',
    async (extra) => {
      const { fetch, registerClient } = await createHarness()
      const url = (await registerClient()).authorizeUrl()
      for (const repeated of [`${url}&${extra}`, url.replace('?', `?${extra}&`)]) {
        const response = await fetch(new Request(repeated))
        expect(response.status).toBe(400)
        expect(response.headers.get('location')).toBeNull()
        expect(response.headers.getSetCookie()).toEqual([])
      }
    },
  )
})

test('a client on loopback cannot choose our own port', async () => {
  const { fetch, registerClient } = await createHarness({ environment: { FJMCP_BROKER_PUBLIC_URL: 'http://localhost:8080' } })
  const client = await registerClient({ redirect_uris: ['http://localhost/callback'] })
  const open = (redirectUri: string) => fetch(new Request(client.authorizeUrl({ redirect_uri: redirectUri })))
  expect((await open('http://localhost:8080/callback')).status).toBe(400)
  expect((await open('http://localhost:8081/callback')).status).toBe(200)
})
