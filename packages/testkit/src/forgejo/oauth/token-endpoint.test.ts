import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createBrowser } from '../../browser.ts'
import { createFakeForgejo, type FakeForgejo } from '../fake-forgejo.ts'
import { signInWithForgejo } from '../sign-in-with-forgejo.ts'

const origin = 'https://git.example.org'
const redirectUri = 'https://broker.example.org/oauth/callback'
const applications = [
  { clientId: 'broker', clientSecret: 'broker-secret', redirectUris: [redirectUri] },
  { clientId: 'other', clientSecret: 'other-secret', redirectUris: [redirectUri] },
]
const verifier = 'a-verifier-of-at-least-forty-three-characters-x'
const broker = { client_id: 'broker', client_secret: 'broker-secret' }

async function askTokens(forgejo: FakeForgejo, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
  const request = new Request(`${origin}/login/oauth/access_token`, { method: 'POST', body: new URLSearchParams(fields), headers })
  const response = await forgejo.fetch(request)
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

function refresh(forgejo: FakeForgejo, refreshToken: string | undefined, client: Readonly<Record<string, string>> = broker) {
  return askTokens(forgejo, { grant_type: 'refresh_token', refresh_token: refreshToken ?? '', ...client })
}

function exchange(forgejo: FakeForgejo, code: string, fields: Readonly<Record<string, string>> = {}) {
  const standard = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  return askTokens(forgejo, { ...standard, ...broker, ...fields })
}

/** Signs alice in with a browser and gives the code that the application gets. */
async function obtainCode(forgejo: FakeForgejo): Promise<string> {
  const url = new URL(`${origin}/login/oauth/authorize`)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  url.search = new URLSearchParams({
    client_id: 'broker',
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 's',
    scope: 'read:user',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString()
  const page = await createBrowser({ fetch: forgejo.fetch }).open(url.href, { stopAt: (target) => target.startsWith(redirectUri) })
  const arrival = await signInWithForgejo(page, { login: 'alice', password: 'alice-password' })
  return new URL(arrival.url).searchParams.get('code') ?? ''
}

function isAccepted(forgejo: FakeForgejo, accessToken: string | undefined): Promise<boolean> {
  const headers = { authorization: `Bearer ${accessToken}` }
  return Promise.resolve(forgejo.fetch(new Request(`${origin}/api/v1/user`, { headers }))).then(({ ok }) => ok)
}

function refused(error: string, description: string) {
  return { status: 400, body: { error, error_description: description } }
}

describe('the exchange of a code', () => {
  test('gives tokens that work, once', async () => {
    const forgejo = createFakeForgejo({ applications })
    const code = await obtainCode(forgejo)
    const { status, body } = await exchange(forgejo, code)
    expect({ status, body }).toEqual({
      status: 200,
      body: { access_token: expect.any(String), token_type: 'bearer', expires_in: 3600, refresh_token: expect.any(String) },
    })
    expect(await isAccepted(forgejo, body['access_token'])).toBe(true)
    expect(await exchange(forgejo, code)).toEqual(refused('unauthorized_client', 'client is not authorized'))
  })

  test('a wrong verifier does not use the code up', async () => {
    const forgejo = createFakeForgejo({ applications })
    const code = await obtainCode(forgejo)
    expect(await exchange(forgejo, code, { code_verifier: 'wrong' })).toEqual(refused('unauthorized_client', 'failed PKCE code challenge'))
    expect(await exchange(forgejo, code)).toMatchObject({ status: 200 })
  })

  test('names what is wrong in codes of its own', async () => {
    const forgejo = createFakeForgejo({ applications })
    const code = await obtainCode(forgejo)
    expect(await exchange(forgejo, code, { client_id: 'nobody' })).toEqual(
      refused('invalid_client', "cannot load client with client id: 'nobody'"),
    )
    expect(await exchange(forgejo, code, { client_secret: 'wrong' })).toEqual(refused('unauthorized_client', 'invalid client secret'))
    expect(await exchange(forgejo, 'bad')).toEqual(refused('unauthorized_client', 'client is not authorized'))
    expect(await exchange(forgejo, code, { client_id: 'other', client_secret: 'other-secret' })).toEqual(
      refused('invalid_grant', 'invalid grant'),
    )
    expect(await exchange(forgejo, code, { redirect_uri: 'https://evil.test/' })).toEqual(
      refused('unauthorized_client', 'unexpected redirect URI'),
    )
    expect(await exchange(forgejo, code, { grant_type: 'password' })).toMatchObject({ body: { error: 'unsupported_grant_type' } })
  })

  test('kills the refresh token of an earlier login of the same user and no other', async () => {
    const forgejo = createFakeForgejo({ applications })
    const earlier = forgejo.signInForTest('alice', { scope: 'read:user' })
    const bob = forgejo.signInForTest('bob', { scope: 'read:user' })
    await exchange(forgejo, await obtainCode(forgejo))
    expect(await refresh(forgejo, earlier.refresh_token)).toEqual(refused('unauthorized_client', 'token was already used'))
    expect(await isAccepted(forgejo, earlier.access_token)).toBe(true)
    expect(await refresh(forgejo, bob.refresh_token)).toMatchObject({ status: 200 })
  })
})

describe('a refresh', () => {
  test('gives new tokens; using the old one again is refused and revokes nothing', async () => {
    const forgejo = createFakeForgejo({ applications })
    const first = forgejo.signInForTest('alice')
    const second = await refresh(forgejo, first.refresh_token)
    expect(await refresh(forgejo, first.refresh_token)).toEqual(refused('unauthorized_client', 'token was already used'))
    expect(await isAccepted(forgejo, second.body['access_token'])).toBe(true)
    expect(await refresh(forgejo, second.body['refresh_token'])).toMatchObject({ status: 200 })
    expect(forgejo.journal.refreshes).toEqual({ asked: 3, succeeded: 2 })
  })

  test('of two at once one wins', async () => {
    const forgejo = createFakeForgejo({ applications })
    const { refresh_token: token } = forgejo.signInForTest('alice')
    const [one, other] = await Promise.all([refresh(forgejo, token), refresh(forgejo, token)])
    expect(one.status).toBe(200)
    expect(other).toEqual(refused('unauthorized_client', 'token was already used'))
  })

  test('of two that passed all checks the slower one loses the race', async () => {
    const forgejo = createFakeForgejo({ applications })
    const { refresh_token: token } = forgejo.signInForTest('alice')
    const hold = forgejo.holdTokenEndpoint('counter')
    const both = Promise.all([refresh(forgejo, token), refresh(forgejo, token)])
    await hold.reached(2)
    hold.release()
    const [one, other] = await both
    expect(one.status).toBe(200)
    expect(other).toEqual(refused('invalid_grant', 'cannot increase the grant counter'))
  })

  test('whose answer is lost has used the token up', async () => {
    const forgejo = createFakeForgejo({ applications })
    const { refresh_token: token } = forgejo.signInForTest('alice')
    const hold = forgejo.holdTokenEndpoint('answer')
    const lost = refresh(forgejo, token)
    await hold.reached(1)
    expect(forgejo.journal.refreshes).toEqual({ asked: 1, succeeded: 1 })
    hold.release()
    await lost
    expect(await refresh(forgejo, token)).toMatchObject({ status: 400 })
  })

  test('waits undecided where the request is held', async () => {
    const forgejo = createFakeForgejo({ applications })
    const { refresh_token: token } = forgejo.signInForTest('alice')
    const hold = forgejo.holdTokenEndpoint('request')
    const waiting = refresh(forgejo, token)
    await hold.reached(1)
    expect(hold.waiting).toBe(1)
    forgejo.revokeGrant('alice')
    hold.release()
    expect(await waiting).toEqual(refused('invalid_grant', 'grant does not exist'))
  })

  test('names what is wrong in codes of its own', async () => {
    const forgejo = createFakeForgejo({ applications })
    const { refresh_token: token } = forgejo.signInForTest('alice')
    expect(await refresh(forgejo, token, { client_id: 'nobody' })).toEqual(
      refused('invalid_client', 'cannot load client with client id: "nobody"'),
    )
    expect(await refresh(forgejo, token, { ...broker, client_secret: 'wrong' })).toEqual(refused('invalid_client', 'invalid client secret'))
    expect(await refresh(forgejo, token, { client_id: 'broker' })).toEqual(refused('invalid_client', 'invalid empty client secret'))
    expect(await refresh(forgejo, 'garbage')).toEqual(refused('unauthorized_client', 'unable to parse refresh token'))
    expect(await refresh(forgejo, token)).toMatchObject({ status: 200 })
  })

  test('is refused after 730 hours', async () => {
    let nowMs = 0
    const forgejo = createFakeForgejo({ applications, clock: () => nowMs })
    const { refresh_token: token } = forgejo.signInForTest('alice')
    nowMs = 730 * 3_600_000
    expect(await refresh(forgejo, token)).toEqual(refused('unauthorized_client', 'unable to parse refresh token'))
  })

  test('still works for a disabled user', async () => {
    const forgejo = createFakeForgejo({ applications })
    const { refresh_token: token } = forgejo.signInForTest('alice')
    forgejo.disable('alice')
    expect(await refresh(forgejo, token)).toMatchObject({ status: 200 })
  })
})

describe('the client', () => {
  const basic = { authorization: `Basic ${btoa('broker:broker-secret')}` }

  test.each<Record<string, string>>([{}, { client_id: 'broker' }])('may use Basic authentication beside %j', async (fields) => {
    const forgejo = createFakeForgejo({ applications })
    const { refresh_token: token } = forgejo.signInForTest('alice')
    expect(await askTokens(forgejo, { grant_type: 'refresh_token', refresh_token: token, ...fields }, basic)).toMatchObject({ status: 200 })
  })

  test('must not contradict itself', async () => {
    const forgejo = createFakeForgejo({ applications })
    expect(await askTokens(forgejo, { grant_type: 'refresh_token', client_id: 'other' }, basic)).toEqual(
      refused('invalid_request', 'client_id in request body inconsistent with Authorization header'),
    )
  })
})
