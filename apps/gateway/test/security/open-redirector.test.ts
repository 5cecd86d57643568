import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { openAuthorization } from '../oauth/sign-in.ts'

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

test('leaves for another site only after somebody has decided', async () => {
  const { openBrowser, registerClient } = await createHarness()
  const client = await registerClient({ redirect_uris: ['https://evil.example/landing'] })
  const consent = await openAuthorization(openBrowser(), client)
  expect([consent.isOpened, consent.status]).toEqual([true, 200])
  expect(consent.links).toEqual([])
  expect((await consent.submit({}, 'deny')).url).toMatch(/^https:\/\/evil\.example\/landing\?error=access_denied/)
})

test.each(['redirect', 'redirect_to', 'return_to', 'next', 'url', 'continue', 'post_logout_redirect_uri', 'error_uri'])(
  'follows no parameter %s',
  async (name) => {
    const { fetch } = await createHarness()
    const paths = ['/', '/healthz', '/mcp', '/nowhere', '/oauth/authorize', '/oauth/callback', '/oauth/consent', '/oauth/token']
    for (const path of paths) {
      const response = await fetch(new Request(`https://mcp.example.test${path}?${name}=https://evil.example/`))
      expect([response.headers.get('location'), response.headers.get('refresh')]).toEqual([null, null])
      expect(await response.text()).not.toContain('evil.example')
    }
  },
)
