import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'

// Clients open in a browser what the metadata names, some by a shell: nothing of a request may get into it.
const publicUrl = 'https://mcp.example.test'
const hostile = "http://evil.example:80/$(calc)?a='`id`"
const documents = ['oauth-authorization-server', 'oauth-protected-resource'].flatMap((name) => [`/${name}`, `/${name}/mcp`])

test.each(documents.map((path) => `/.well-known${path}`))('%s names our own origin only, whoever asks for it how', async (path) => {
  const { fetch } = await createHarness()
  const headers = {
    host: 'evil.example',
    origin: 'http://evil.example',
    referer: hostile,
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-prefix': '/$(calc)',
    'x-original-host': 'evil.example',
    forwarded: 'host=evil.example;proto=http',
  }
  const document: unknown = await (await fetch(new Request(`http://evil.example${path}?issuer=${hostile}`, { headers }))).json()
  const urls = [...JSON.stringify(document).matchAll(/"([a-z+.-]+:[^"]*)"/gi)].map(([, url = '']) => url)
  expect(urls.length).toBeGreaterThanOrEqual(2)
  for (const url of urls) {
    expect(new URL(url).origin).toBe(publicUrl)
    expect(url).toMatch(/^https:\/\/mcp\.example\.test[a-z/-]*$/)
  }
})

test('the challenge names our own origin only', async () => {
  const { fetch } = await createHarness()
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  const response = await fetch(new Request('http://evil.example/mcp', { method: 'POST', headers }))
  expect(response.headers.get('www-authenticate')).toContain(`resource_metadata="${publicUrl}/.well-known/oauth-protected-resource/mcp"`)
  expect(response.headers.get('www-authenticate')).not.toContain('evil')
})
