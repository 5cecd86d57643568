import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'

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
