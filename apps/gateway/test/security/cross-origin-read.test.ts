import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'

const publicUrl = 'https://mcp.example.test'
const origin = 'https://evil.example'

// Pages of the sign-in hold the form's token, and are shown by cookie.
test.each([
  ['GET', '/oauth/authorize'],
  ['OPTIONS', '/oauth/authorize'],
  ['OPTIONS', '/oauth/consent'],
  ['POST', '/oauth/consent'],
  ['GET', '/oauth/callback'],
  ['GET', '/'],
])('no page of another origin reads the answer to %s %s', async (method, path) => {
  const { fetch, registerClient } = await createHarness()
  const { search } = new URL((await registerClient()).authorizeUrl())
  const response = await fetch(new Request(`${publicUrl}${path}${search}`, { method, headers: { origin } }))
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
})

test.each(['/oauth/register', '/oauth/token', '/oauth/revoke', '/.well-known/oauth-authorization-server', '/mcp'])(
  'what another origin may ask at %s comes without the cookies of the browser',
  async (path) => {
    const { fetch } = await createHarness()
    const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const response = await fetch(new Request(publicUrl + path, { method, headers }))
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
      expect([null, '*']).toContain(response.headers.get('access-control-allow-origin'))
    }
  },
)
