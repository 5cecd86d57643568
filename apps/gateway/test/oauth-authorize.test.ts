import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'
import { openAuthorization } from './oauth/sign-in.ts'

describe('a request that is wrong otherwise', () => {
  test.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no response type', { response_type: undefined }, 'invalid_request'],
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
    expect(consent.html.includes('Any program on this device can call itself <em><bdi>Test Client</bdi></em>.')).toBe(warns)
    expect(consent.html.includes('The name is what the application calls itself.')).toBe(!warns)
  })

  test.each(['http://127.0.0.1/callback', 'https://client.example/callback'])(
    'says above the buttons when to allow it, for %s',
    async (redirectUri) => {
      const { openBrowser, registerClient } = await createHarness()
      const { html } = await openAuthorization(openBrowser(), await registerClient({ redirect_uris: [redirectUri] }))
      expect(html).toMatch(/Allow it only if[^]*Allow and sign in/)
      expect(html.lastIndexOf('Allow it only if')).toBeLessThan(html.indexOf('<button'))
    },
  )

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
})
