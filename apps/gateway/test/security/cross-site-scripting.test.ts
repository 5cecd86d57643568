import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { consentUrl, readFields } from '../oauth/consent-form.ts'
import { openAuthorization } from '../oauth/sign-in.ts'

const markup = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
const bidirectional = 'safe\u202Eelif\u2066evil'
const long = 'w'.repeat(20_000)
const hostile = [
  ['markup', markup],
  ['letters that turn the direction of text', bidirectional],
  ['a very long text', long],
] as const

describe('a client’s name', () => {
  test.each(hostile)('with %s is one short line of text', async (_, text) => {
    const { openBrowser, registerClient } = await createHarness()
    const { html } = await openAuthorization(openBrowser(), await registerClient({ client_name: `Client ${text}` }))
    expect(findHarm(html)).toEqual([])
    expect(html).toContain('Client ')
  })

  test('shows as it is written, not as it is meant', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const client = await registerClient({ client_name: '<b>&amp;</b>' })
    const { html } = await openAuthorization(openBrowser(), client)
    const shown = [...html.matchAll(/<bdi>(.*?)<\/bdi>/g), ...html.matchAll(/<title>Allow (.*?)\?/g)].map(([, name]) => name)
    expect(shown).toEqual(Array.from({ length: 3 }, () => '&lt;b&gt;&amp;amp;&lt;/b&gt;'))
    expect(html).not.toContain('<b>&')
  })
})

const authorizeParameters = ['response_type', 'response_mode', 'client_id', 'redirect_uri', 'state', 'scope', 'code_challenge', 'resource']

describe.each(hostile)('%s', (_, text) => {
  test.each([...authorizeParameters, 'code_challenge_method', 'unknown'])(
    'in the parameter %s of a sign-in shows nowhere',
    async (name) => {
      const { fetch, registerClient } = await createHarness()
      const client = await registerClient()
      const response = await fetch(new Request(client.authorizeUrl({ [name]: text })))
      expect(findHarm(withoutWayBack(await response.text()))).toEqual([])
    },
  )

  test('as the name of a parameter that comes twice shows as letters and dots at most', async () => {
    const { fetch, registerClient } = await createHarness()
    const name = encodeURIComponent(text)
    const response = await fetch(new Request(`${(await registerClient()).authorizeUrl()}&${name}=1&${name}=2`))
    expect(findHarm(withoutWayBack(await response.text()))).toEqual([])
  })

  test.each(['state', 'code', 'error', 'error_description', 'error_uri', 'unknown'])(
    'in the parameter %s of the callback shows nowhere',
    async (name) => {
      const { fetch } = await createHarness()
      const url = new URL('https://mcp.example.test/oauth/callback')
      for (const [key, value] of Object.entries({ state: 'a', code: 'b', [name]: text })) url.searchParams.set(key, value)
      const response = await fetch(new Request(url))
      expect(findHarm(await response.text())).toEqual([])
    },
  )

  test.each(['sign_in', 'csrf_token', 'access', 'decision', 'unknown'])('in the field %s of the consent shows nowhere', async (name) => {
    const { openBrowser, registerClient } = await createHarness()
    const browser = openBrowser()
    const fields = readFields(await openAuthorization(browser, await registerClient()))
    const page = await browser.post(consentUrl, { ...fields, [name]: text, decision: 'other' }, { from: consentUrl })
    expect(page.status).toBe(400)
    expect(findHarm(page.html)).toEqual([])
  })

  test('in an address that is not there shows nowhere', async () => {
    const { fetch } = await createHarness()
    const at = async (path: string) => (await fetch(new Request(`https://mcp.example.test${path}${encodeURIComponent(text)}`))).text()
    for (const path of ['/', '/oauth/', '/.well-known/', '/mcp/']) expect(findHarm(await at(path))).toEqual([])
  })

  test.each(['grant_type', 'client_id', 'code', 'code_verifier', 'redirect_uri', 'resource', 'scope', 'refresh_token', 'unknown'])(
    'in the parameter %s at the token endpoint shows nowhere',
    async (name) => {
      const { fetch, registerClient } = await createHarness()
      const { id } = await registerClient()
      const fields = { grant_type: 'refresh_token', client_id: id, refresh_token: 'x', [name]: text }
      const response = await fetch(
        new Request('https://mcp.example.test/oauth/token', { method: 'POST', body: new URLSearchParams(fields) }),
      )
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(findHarm(await response.text())).toEqual([])
    },
  )

  test.each(['client_name', 'grant_types', 'token_endpoint_auth_method', 'redirect_uris', 'unknown'])(
    'in the member %s of a registration shows in no error',
    async (name) => {
      const { fetch } = await createHarness()
      const value = name.endsWith('s') ? [text] : text
      const body = JSON.stringify({ redirect_uris: ['http://evil.example/'], [name]: value })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(new Request('https://mcp.example.test/oauth/register', { method: 'POST', headers, body }))
      expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json'])
      expect(findHarm(await response.text())).toEqual([])
    },
  )
})

/** Markup, letters that turn what stands beside them, and heaps of text. */
function findHarm(answer: string): readonly string[] {
  return answer.match(/<script|<img|[\u202A-\u202E\u2066-\u2069]|w{200}/gi) ?? []
}

/** A page without the address of its link back, which brings the client its own state, escaped. */
function withoutWayBack(html: string): string {
  const [, href = ''] = /<a href="([^"]*)"/.exec(html) ?? []
  expect(href).not.toMatch(/[<>'\s]|[\u202A-\u202E\u2066-\u2069]/)
  return html.replace(href, '')
}
