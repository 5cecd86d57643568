import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { register } from '../oauth/oauth-client.ts'
import { openAuthorization } from '../oauth/sign-in.ts'

const publicUrl = 'https://mcp.example.test'

test.each([
  ['another alphabet', 'https://\u0430pple.com/cb'],
  ['letters that a host cannot have', 'https://claude.ai(.evil.example/cb'],
  ['a user name', 'https://claude.ai@evil.example/cb'],
  ['escapes', 'https://%63laude.ai/cb'],
  ['a number', 'https://2130706433/cb'],
  ['a dot at the end, for the broker itself', 'https://mcp.example.test./cb'],
  ['a backslash', 'https://claude.ai\\@evil.example/cb'],
  ['a tab', 'https://cla\tude.ai/cb'],
  ['a wildcard', 'https://*.claude.ai/cb'],
])('a redirect host written with %s is not registered', async (_, uri) => {
  const { fetch } = await createHarness()
  const answer = await register({ fetch, publicUrl, metadata: { redirect_uris: [uri] } })
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_redirect_uri' }])
})

test.each([
  ['https://xn--pple-43d.com/cb', '<dd>xn--pple-43d.com</dd>', false],
  ['https://CLAUDE.ai/cb', '<dd>claude.ai</dd>', false],
  ['https://claude.ai.evil.example:8443/cb', '<dd>claude.ai.evil.example:8443</dd>', false],
  ['https://localhost:8443/cb', '<dd>a program on this device (localhost:8443)</dd>', true],
  ['https://claude.ai.localhost/cb', '<dd>a program on this device (claude.ai.localhost)</dd>', true],
])('the consent page shows for %s the host that the browser goes to', async (uri, shown, isOnDevice) => {
  const harness = await createHarness()
  const client = await harness.registerClient({ redirect_uris: [uri] })
  const consent = await openAuthorization(harness.openBrowser(), client)
  expect(consent.html).toContain(shown)
  expect(consent.html.includes('Any program on this device can call itself')).toBe(isOnDevice)
})
