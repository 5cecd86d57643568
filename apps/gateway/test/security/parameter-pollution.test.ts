import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { consentUrl, readFields } from '../oauth/consent-form.ts'
import { getCode } from '../oauth/get-code.ts'
import { codeVerifier } from '../oauth/oauth-client.ts'
import { openAuthorization } from '../oauth/sign-in.ts'
import { stopBeforeCallback } from '../oauth/stop-before-callback.ts'
import { readError } from '../oauth/token-answers.ts'

const tokenUrl = 'https://mcp.example.test/oauth/token'
const form = 'application/x-www-form-urlencoded'

describe('the authorization endpoint', () => {
  test.each([
    ['response_type', 'token'],
    ['code_challenge', 'a'.repeat(43)],
    ['code_challenge_method', 'plain'],
    ['code_challenge_method', 'S256'],
    ['scope', 'full'],
    ['resource', 'https://other.example/mcp'],
    ['state', 'x'],
    ['an_unknown_one', 'x&an_unknown_one=y'],
  ])('refuses a second %s (%s), without choosing', async (name, value) => {
    const { fetch, registerClient } = await createHarness()
    const client = await registerClient({ redirect_uris: ['http://127.0.0.1/callback'] })
    const response = await fetch(new Request(`${client.authorizeUrl()}&${name}=${value}`))
    expect(response.headers.getSetCookie()).toEqual([])
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request')
  })

  test.each(['client%5Fid=evil', '%63lient_id=evil', 'client_id%00=evil', 'Client_Id=evil', 'client_id[]=evil', 'client_id;x=evil'])(
    'counts escapes as what they stand for, and other names as other (%s)',
    async (extra) => {
      const { fetch, registerClient } = await createHarness()
      const client = await registerClient()
      const response = await fetch(new Request(`${client.authorizeUrl()}&${extra}`))
      const isTheSame = new URLSearchParams(extra).has('client_id')
      expect(response.status).toBe(isTheSame ? 400 : 200)
    },
  )

  test('takes nothing from a body', async () => {
    const { fetch, registerClient } = await createHarness()
    const { search } = new URL((await registerClient()).authorizeUrl())
    const url = 'https://mcp.example.test/oauth/authorize'
    const response = await fetch(new Request(url, { method: 'POST', headers: { 'content-type': form }, body: search.slice(1) }))
    expect([response.status, response.headers.getSetCookie()]).toEqual([405, []])
  })
})

describe('the token endpoint', () => {
  test.each([
    ['a second code', '&code=other', ''],
    ['a second client', '&client_id=other', ''],
    ['an escaped second code', '&c%6fde=other', ''],
    ['an empty second verifier', '&code_verifier=', ''],
    ['the verifier in the query only', '', 'code_verifier'],
    ['the code in the query only', '', 'code'],
    ['the client in the query only', '', 'client_id'],
    ['the grant type in the query only', '', 'grant_type'],
  ])('refuses %s', async (_, extra, moved) => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    const code = await getCode(harness, client)
    const good = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: client.id,
      code,
      code_verifier: codeVerifier,
      redirect_uri: client.redirectUri,
    })
    const query = new URLSearchParams(moved === '' ? {} : { [moved]: good.get(moved) ?? '' })
    const body = new URLSearchParams(good)
    body.delete(moved)
    const headers = { 'content-type': form }
    const refused = await harness.fetch(new Request(`${tokenUrl}?${query}`, { method: 'POST', headers, body: `${body}${extra}` }))
    expect(await readError(refused)).toEqual([400, 'invalid_request'])
    expect((await harness.fetch(new Request(tokenUrl, { method: 'POST', headers, body: `${good}` }))).status).toBe(200)
  })
})

describe('the consent form', () => {
  test.each(['access=full', 'decision=deny', 'csrf_token=x', 'sign_in=x', 'acc%65ss=full'])(
    'refuses a second field (%s)',
    async (extra) => {
      const { openBrowser, registerClient, fetch } = await createHarness()
      const browser = openBrowser()
      const consent = await openAuthorization(browser, await registerClient())
      const headers = { 'content-type': form, cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
      const body = `${new URLSearchParams(readFields(consent))}`
      expect((await fetch(new Request(consentUrl, { method: 'POST', headers, body: `${body}&${extra}` }))).status).toBe(400)
      expect((await fetch(new Request(consentUrl, { method: 'POST', headers, body }))).status).toBe(303)
    },
  )
})

describe('the callback', () => {
  test.each(['state', 'code', 'error'])('refuses a second %s', async (name) => {
    const harness = await createHarness()
    const { browser, url, goOn } = await stopBeforeCallback(harness)
    const cookie = browser.cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ')
    const first = name === 'error' ? '&error=access_denied' : ''
    const response = await harness.fetch(new Request(`${url}${first}&${name}=other`, { headers: { cookie } }))
    expect(response.status).toBe(400)
    expect((await goOn(browser)).isOpened).toBe(false)
  })
})
