import { describe, expect, test } from 'vitest'
import { createBrowser, type Page } from '../../browser.ts'
import { createFakeForgejo, type FakeForgejo } from '../fake-forgejo.ts'
import { signInWithForgejo } from '../sign-in-with-forgejo.ts'

const origin = 'https://git.example.org'
const redirectUri = 'https://broker.example.org/oauth/callback'
const alice = { login: 'alice', password: 'alice-password' }

function createForgejo(): FakeForgejo {
  return createFakeForgejo({
    applications: [
      { clientId: 'broker', clientSecret: 'broker-secret', redirectUris: [redirectUri] },
      { clientId: 'public', clientSecret: '', redirectUris: ['http://127.0.0.1/cb'], confidential: false },
    ],
  })
}

function authorizeUrl(fields: Readonly<Record<string, string>> = {}): string {
  const standard = { client_id: 'broker', redirect_uri: redirectUri, response_type: 'code', state: 'xyz', scope: 'read:user' }
  return `${origin}/login/oauth/authorize?${new URLSearchParams({ ...standard, ...fields })}`
}

function browserFor(forgejo: FakeForgejo) {
  const browser = createBrowser({ fetch: forgejo.fetch })
  const stopAt = (url: string): boolean => !url.startsWith(origin)
  return { browser, open: (url: string) => browser.open(url, { stopAt }) }
}

function answerOf(page: Page): Record<string, string> {
  expect(page.isOpened).toBe(false)
  return Object.fromEntries(new URL(page.url).searchParams)
}

describe('signing in', () => {
  test('leads through login and consent back to the application', async () => {
    const { open } = browserFor(createForgejo())
    const login = await open(authorizeUrl())
    expect(login.url).toBe(`${origin}/user/login`)
    const consent = await login.submit({ user_name: 'alice', password: 'alice-password' })
    expect(consent.html).toContain('read:user')
    const back = await consent.submit({}, 'true')
    expect(back.url.startsWith(redirectUri)).toBe(true)
    expect(back.status).toBe(303)
    expect(answerOf(back)).toEqual({ code: expect.any(String), state: 'xyz' })
  })

  test('shows the form again, with status 200, when the password is wrong', async () => {
    const { open } = browserFor(createForgejo())
    const login = await open(authorizeUrl())
    const again = await login.submit({ user_name: 'alice', password: 'wrong' })
    expect(again).toMatchObject({ status: 200, url: `${origin}/user/login` })
    await expect(signInWithForgejo(again, { login: 'alice', password: 'wrong' })).rejects.toThrow('refused the password of alice')
    expect(answerOf(await signInWithForgejo(again, alice))).toHaveProperty('code')
  })

  test('of two waiting tabs the later one wins', async () => {
    const { open } = browserFor(createForgejo())
    const first = await open(authorizeUrl({ state: 'first' }))
    await open(authorizeUrl({ state: 'second' }))
    expect(answerOf(await signInWithForgejo(first, alice))).toMatchObject({ state: 'second' })
  })

  test('is not for a disabled user', async () => {
    const forgejo = createForgejo()
    forgejo.disable('alice')
    const { open } = browserFor(forgejo)
    const login = await open(authorizeUrl())
    expect((await login.submit({ user_name: 'alice', password: 'alice-password' })).html).toContain('prohibited from signing in')
  })
})

describe('consent', () => {
  test('is asked once; afterwards the grant silently keeps its old scope', async () => {
    const forgejo = createForgejo()
    const { open } = browserFor(forgejo)
    await signInWithForgejo(await open(authorizeUrl()), alice)
    const again = await open(authorizeUrl({ scope: 'write:repository' }))
    expect(answerOf(again)).toHaveProperty('code')
    const tokens = forgejo.signInForTest('alice')
    const introspected = await forgejo.fetch(
      new Request(`${origin}/login/oauth/introspect`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('broker:broker-secret')}` },
        body: new URLSearchParams({ token: tokens.access_token }),
      }),
    )
    expect(await introspected.json()).toMatchObject({ active: true, scope: 'read:user', username: 'alice', sub: '1' })
  })

  test('is asked again after the user revoked the grant', async () => {
    const forgejo = createForgejo()
    const { open } = browserFor(forgejo)
    await signInWithForgejo(await open(authorizeUrl()), alice)
    forgejo.revokeGrant('alice')
    expect(await open(authorizeUrl())).toMatchObject({ isOpened: true, status: 200 })
  })

  test('can be denied', async () => {
    const { open } = browserFor(createForgejo())
    const back = await signInWithForgejo(await open(authorizeUrl()), { ...alice, decision: 'deny' })
    expect(answerOf(back)).toEqual({ error: 'access_denied', error_description: 'the request is denied', state: 'xyz' })
    expect(back.url).toContain('error_description=the+request+is+denied')
  })

  test('is not taken from another site, nor for another request', async () => {
    const { browser, open } = browserFor(createForgejo())
    const login = await open(authorizeUrl())
    const consent = await login.submit({ user_name: 'alice', password: 'alice-password' })
    const fields = { client_id: 'broker', state: 'xyz', redirect_uri: redirectUri, granted: 'true' }
    const grantUrl = `${origin}/login/oauth/grant`
    expect((await browser.post(grantUrl, fields, { from: 'https://evil.test/' })).status).toBe(403)
    expect((await browser.post(grantUrl, { ...fields, state: 'other' }, { from: consent.url })).status).toBe(400)
  })
})

describe('requests that Forgejo refuses', () => {
  test.each([
    [{ client_id: 'nobody' }, 'Client ID not registered'],
    [{ redirect_uri: 'https://evil.test/' }, 'Unregistered Redirect URI'],
  ])('%j: a page with status 400', async (fields, text) => {
    const { browser, open } = browserFor(createForgejo())
    await signInWithForgejo(await open(authorizeUrl()), alice)
    const page = await browser.open(authorizeUrl(fields))
    expect(page).toMatchObject({ status: 400, isOpened: true })
    expect(page.html).toContain(text)
  })

  test.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge_method: 'S512' }, 'invalid_request'],
  ])('%j: a redirect', async (fields, error) => {
    const { open } = browserFor(createForgejo())
    expect(answerOf(await signInWithForgejo(await open(authorizeUrl(fields)), alice))).toMatchObject({ error, state: 'xyz' })
  })

  test('a redirect URI is good once it is added', async () => {
    const forgejo = createForgejo()
    forgejo.addRedirectUri('broker', 'http://127.0.0.1:4567/cb')
    const { open } = browserFor(forgejo)
    const back = await signInWithForgejo(await open(authorizeUrl({ redirect_uri: 'http://127.0.0.1:4567/cb' })), alice)
    expect(back.url).toMatch(/^http:\/\/127\.0\.0\.1:4567\/cb\?code=/)
  })
})

test('a public client gets consent every time, with any port, and no other scope than at first', async () => {
  const { open } = browserFor(createForgejo())
  const request = { client_id: 'public', redirect_uri: 'http://127.0.0.1:4567/cb', code_challenge: 'c', code_challenge_method: 'S256' }
  expect(answerOf(await signInWithForgejo(await open(authorizeUrl(request)), alice))).toHaveProperty('code')
  const again = await open(authorizeUrl(request))
  expect(again.isOpened).toBe(true)
  expect(answerOf(await again.submit({}, 'true'))).toHaveProperty('code')
  const wider = await open(authorizeUrl({ ...request, scope: 'write:user' }))
  expect(answerOf(await wider.submit({}, 'true'))).toMatchObject({
    error: 'server_error',
    error_description: 'a grant exists with different scope',
  })
})

describe('userinfo', () => {
  function ask(forgejo: FakeForgejo, token: string) {
    return forgejo.fetch(new Request(`${origin}/login/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } }))
  }

  test('tells who signed in, and the groups, whatever the scope', async () => {
    const forgejo = createForgejo()
    const response = await ask(forgejo, forgejo.signInForTest('alice', { scope: 'read:issue' }).access_token)
    expect(await response.json()).toEqual({
      sub: '1',
      name: 'Alice Ahorn',
      preferred_username: 'alice',
      email: 'alice@example.org',
      picture: `${origin}/avatars/1`,
      groups: ['workshop', 'workshop:owners'],
    })
  })

  test('refuses a token that it does not know', async () => {
    expect((await ask(createForgejo(), 'unknown')).status).toBe(401)
  })
})

test('discovery names the endpoints of this origin', async () => {
  const response = await createForgejo().fetch(new Request(`${origin}/.well-known/openid-configuration`))
  expect(await response.json()).toMatchObject({ issuer: origin, token_endpoint: `${origin}/login/oauth/access_token` })
})
