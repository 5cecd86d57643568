import { hash } from 'node:crypto'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { describe, expect, test } from 'vitest'
import { type Store, StoreFailure } from '../src/store/store.ts'
import { createHarness } from './harness.ts'
import { openAuthorization } from './oauth/sign-in.ts'

const origin = 'https://mcp.example.test'

/** A store whose clients cannot be read for this reason. */
function failWith(error: () => Error) {
  return (store: Store): Store => ({ ...store, clients: { ...store.clients, find: () => Promise.reject(error()) } })
}

describe('a page', () => {
  test('has a stylesheet that its policy allows', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const { html, headers } = await openAuthorization(openBrowser(), await registerClient())
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(html) ?? []
    expect(headers.get('content-security-policy')).toContain(`'sha256-${hash('sha256', style, 'base64')}'`)
  })
})

describe('what is not there', () => {
  test('is a page for people and JSON for programs', async () => {
    const { fetch } = await createHarness()
    const page = await fetch(new Request(`${origin}/oauth/nothing`))
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8'])
    const json = await fetch(new Request(`${origin}/.well-known/nothing`))
    expect([json.status, json.headers.get('content-type')]).toEqual([404, 'application/json'])
  })

  test.each([
    ['/oauth/authorize', 'POST', 'GET'],
    ['/oauth/consent', 'GET', 'POST'],
    ['/oauth/callback', 'DELETE', 'GET'],
    ['/oauth/callback', 'HEAD', 'GET'],
    ['/.well-known/oauth-protected-resource', 'PUT', 'GET, HEAD, OPTIONS'],
  ])('%s does not take %s', async (path, method, allow) => {
    const { fetch } = await createHarness()
    const response = await fetch(new Request(origin + path, { method }))
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  })
})

describe('a person who is somewhere else than meant', () => {
  test.each([
    ['a wrong address', '/nowhere', 'There is nothing here'],
    ['what only takes forms', '/oauth/consent', 'There is nothing here to open or to load again.'],
    ['the MCP endpoint', '/mcp', 'This address is for your AI client'],
  ])('at %s finds the way to the start page', async (_, path, words) => {
    const { openBrowser } = await createHarness()
    const page = await openBrowser().open(origin + path)
    expect(page.html).toContain(words)
    expect(page.html).toContain('<a href="/">')
  })

  test('gets the page and the challenge at the MCP endpoint', async () => {
    const { fetch } = await createHarness()
    const [page, json] = await Promise.all([getMcp(fetch, { accept: 'text/html,*/*;q=0.8' }), getMcp(fetch, { accept: '*/*' })])
    expect([page.status, json.status]).toEqual([401, 401])
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(page.headers.get('www-authenticate')).toBe(json.headers.get('www-authenticate'))
  })

  test.each([
    ['any type', { accept: '*/*' }],
    ['the stream', { accept: 'text/event-stream' }],
    ['a page in the name of another', { accept: 'text/html', origin: 'https://evil.example' }],
    ['a page with a token', { accept: 'text/html', authorization: 'Bearer x' }],
  ])('is not who asks the MCP endpoint for %s', async (_, headers) => {
    const { fetch } = await createHarness()
    expect((await getMcp(fetch, headers)).headers.get('content-type')).toBe('application/json')
  })

  async function getMcp(fetch: Fetch, headers: Readonly<Record<string, string>>): Promise<Response> {
    return fetch(new Request(`${origin}/mcp`, { headers }))
  }
})

test('the start page says how access is ended', async () => {
  const { openBrowser, settings } = await createHarness()
  const { html } = await openBrowser().open(`${origin}/`)
  expect(html).toContain(`<a href="${settings.forgejoUrl}/user/settings/applications">`)
  expect(html).toMatch(/until you sign in again with any one of\s+them/)
})

describe('a store that fails', () => {
  test('is told as something that passes, with the reason in the log only', async () => {
    const { fetch, registerClient, log } = await createHarness({
      wrapStore: failWith(() => new StoreFailure('disk full at /data/broker.db')),
    })
    const client = await registerClient()
    const page = await fetch(new Request(client.authorizeUrl()))
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5'])
    expect(page.headers.get('content-security-policy')).not.toBeNull()
    const json = await client.refresh(`fjb_rt_${'a'.repeat(43)}`)
    expect([json.status, json.headers.get('cache-control'), json.headers.get('retry-after')]).toEqual([503, 'no-store', '5'])
    expect(json.headers.get('access-control-allow-origin')).toBe('*')
    const answers = (await page.text()) + (await json.text())
    expect(answers).toContain('temporarily_unavailable')
    expect(answers).not.toContain('/data')
    expect(log.text).toContain('disk full')
  })

  test('uses no refresh token up', async () => {
    let isFull = false
    const wrapStore = (store: Store): Store => ({
      ...store,
      tokens: {
        ...store.tokens,
        rotate: (rotation) => (isFull ? Promise.reject(new StoreFailure('full')) : store.tokens.rotate(rotation)),
      },
    })
    const { signIn } = await createHarness({ wrapStore })
    const { client, tokens } = await signIn({ login: 'alice' })
    isFull = true
    expect((await client.refresh(tokens.refresh_token)).status).toBe(503)
    isFull = false
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
  })
})

test('a fault of ours shows no more than that', async () => {
  const { fetch, registerClient, log } = await createHarness({ wrapStore: failWith(() => new Error('secret detail in /srv/app')) })
  const client = await registerClient()
  const page = await fetch(new Request(client.authorizeUrl()))
  expect(page.status).toBe(500)
  expect(await page.text()).not.toMatch(/secret detail|\/srv|at \w+ \(/)
  expect(log.events).toContainEqual(expect.objectContaining({ level: 'error', event: 'request_failed' }))
})
