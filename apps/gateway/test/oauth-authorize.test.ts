import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'
import { openAuthorization } from './oauth/sign-in.ts'

describe('a request whose client or redirect URI is not proven', () => {
  test.each([
    ['no client', { client_id: undefined }, /client_id/],
    ['an unknown client', { client_id: 'cli_00000000000000000000000000' }, /not known here/],
    ['a client id of another kind', { client_id: 'https://client.example/metadata.json' }, /not known here/],
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
    'shows a page when a second %s comes',
    async (extra) => {
      const { fetch, registerClient } = await createHarness()
      const client = await registerClient()
      const response = await fetch(new Request(`${client.authorizeUrl()}&${extra}`))
      expect(response.status).toBe(400)
      expect(response.headers.get('location')).toBeNull()
    },
  )
})

describe('a request that is wrong otherwise', () => {
  test.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['no challenge method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['the challenge method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge of another form', { code_challenge: 'abc' }, 'invalid_request'],
    ['another resource', { resource: 'https://other.example/mcp' }, 'invalid_target'],
  ])('goes back to a client that waits on loopback for %s', async (_, changes, error) => {
    const { fetch, registerClient } = await createHarness()
    const client = await registerClient({ redirect_uris: ['http://127.0.0.1:33418/callback'] })
    const response = await fetch(new Request(client.authorizeUrl(changes)))
    expect(response.status).toBe(303)
    const location = new URL(response.headers.get('location') ?? '')
    expect(location.origin + location.pathname).toBe(client.redirectUri)
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error,
      error_description: expect.any(String),
      state: 'the client’s own state',
      iss: 'https://mcp.example.test',
    })
  })

  test('goes back to the client for a repeated parameter, without the state when it is that', async () => {
    const { fetch, registerClient } = await createHarness()
    const client = await registerClient({ redirect_uris: ['http://localhost/callback'] })
    const response = await fetch(new Request(`${client.authorizeUrl()}&state=second`))
    const location = new URL(response.headers.get('location') ?? '')
    expect(location.searchParams.get('error')).toBe('invalid_request')
    expect(location.searchParams.has('state')).toBe(false)
  })

  test.each([
    ['https://client.example/callback', 'client.example'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor://anysphere.cursor-mcp'],
  ])('sends nobody to %s by itself, but names the fault and links there', async (redirectUri, place) => {
    const { openBrowser, registerClient } = await createHarness()
    const client = await registerClient({ redirect_uris: [redirectUri] })
    const page = await openBrowser().open(client.authorizeUrl({ response_type: 'token', state: '"><b>&' }))
    expect([page.isOpened, page.status]).toEqual([true, 400])
    expect(page.html).toContain('response_type must be code')
    expect(page.html).not.toContain('<b>&')
    expect(page.links.map(({ text }) => text)).toEqual([`Back to ${place}`])
    const back = page.links[0]?.href ?? ''
    expect(back.split('?')[0]).toBe(redirectUri)
    expect(Object.fromEntries(new URL(back).searchParams)).toEqual({
      error: 'unsupported_response_type',
      error_description: 'response_type must be code',
      state: '"><b>&',
      iss: 'https://mcp.example.test',
    })
  })
})

test('a client on loopback cannot choose our own port', async () => {
  const { fetch, registerClient } = await createHarness({ environment: { FJMCP_BROKER_PUBLIC_URL: 'http://localhost:8080' } })
  const client = await registerClient({ redirect_uris: ['http://localhost/callback'] })
  const open = (redirectUri: string) => fetch(new Request(client.authorizeUrl({ redirect_uri: redirectUri })))
  expect((await open('http://localhost:8080/callback')).status).toBe(400)
  expect((await open('http://localhost:8081/callback')).status).toBe(200)
})

test('a request for the head only begins nothing', async () => {
  let begun = 0
  const { fetch, registerClient } = await createHarness({
    wrapStore: (store) => ({
      ...store,
      signIns: { ...store.signIns, insert: (signIn) => ((begun += 1), store.signIns.insert(signIn)) },
    }),
  })
  const client = await registerClient()
  const head = await fetch(new Request(client.authorizeUrl(), { method: 'HEAD' }))
  expect([head.status, head.headers.get('allow'), head.headers.getSetCookie(), begun]).toEqual([405, 'GET', [], 0])
  await fetch(new Request(client.authorizeUrl()))
  expect(begun).toBe(1)
})

describe('a good request', () => {
  test.each([
    ['no resource', { resource: undefined }],
    ['the resource with a slash', { resource: 'https://mcp.example.test/mcp/' }],
    ['the origin as resource', { resource: 'https://mcp.example.test' }],
    ['no scope', { scope: undefined }],
    ['unknown scopes', { scope: 'openid offline_access' }],
    ['no state', { state: undefined }],
  ])('shows the consent page with %s', async (_, changes) => {
    const { openBrowser, registerClient } = await createHarness()
    const consent = await openAuthorization(openBrowser(), await registerClient(), changes)
    expect(consent.status).toBe(200)
    expect(consent.html).toContain('Allow <bdi>Test Client</bdi> to use your Forgejo?')
  })

  test('lets a client on loopback choose its port at the last moment', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const client = await registerClient({ redirect_uris: ['http://127.0.0.1/callback'] })
    const consent = await openAuthorization(openBrowser(), client, { redirect_uri: 'http://127.0.0.1:49152/callback' })
    expect(consent.status).toBe(200)
    expect(consent.html).toContain('127.0.0.1:49152')
  })

  test.each([
    ['http://127.0.0.1/callback', true],
    ['cursor://anysphere.cursor-mcp/oauth/callback', true],
    ['https://client.example/callback', false],
  ])('that goes to %s warns of other programs on the device: %s', async (redirectUri, warns) => {
    const { openBrowser, registerClient } = await createHarness()
    const others = ['https://other.example/callback', 'http://localhost/other']
    const consent = await openAuthorization(openBrowser(), await registerClient({ redirect_uris: [redirectUri, ...others] }))
    expect(consent.html.includes('a program on this device')).toBe(warns)
  })

  test('offers reading as the choice that is made already, whatever was asked for', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const consent = await openAuthorization(openBrowser(), await registerClient(), { scope: 'full' })
    const choices = consent.forms.flatMap(({ fields }) => fields.filter(({ name }) => name === 'access'))
    expect(choices.map(({ value, checked }) => [value, checked])).toEqual([
      ['read', true],
      ['write', false],
      ['full', false],
    ])
  })

  test('shows a hostile name as text', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const client = await registerClient({ client_name: '<script>alert(1)</script>\u202Egnihtyna' })
    const { html } = await openAuthorization(openBrowser(), client)
    expect(html).not.toContain('<script')
    expect(html).not.toContain('\u202E')
    expect(html).toContain('&lt;script&gt;')
  })
})
