import { createFakeForgejo, type FakeForgejo } from '@fjmcp-broker/testkit/forgejo/fake-forgejo'
import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createForgejo } from '../../src/upstream/arctic-forgejo.ts'
import type { Forgejo } from '../../src/upstream/forgejo.ts'

const redirectUri = 'https://mcp.example.test/oauth/callback'
/** An answer that never comes. */
const silence = Promise.withResolvers<Response>().promise
const verifier = 'v'.repeat(43)

async function connect(fetch: Fetch, clientSecret = 'secret'): Promise<Forgejo> {
  const served = await serveFetch(fetch)
  onTestFinished(() => served.close())
  const scopes = ['read:user', 'write:issue']
  return createForgejo({ forgejoUrl: served.url, clientId: 'broker', clientSecret, redirectUri, scopes, clock: () => 1_000, waitMs: 2_000 })
}

async function createPair(clientSecret?: string): Promise<{ readonly fake: FakeForgejo; readonly forgejo: Forgejo }> {
  const fake = createFakeForgejo({ applications: [{ clientId: 'broker', clientSecret: 'secret', redirectUris: [redirectUri] }] })
  return { fake, forgejo: await connect(fake.fetch, clientSecret) }
}

test('asks for the scopes it is told, with state and PKCE', async () => {
  const { forgejo } = await createPair()
  const url = forgejo.authorizationUrl({ state: 'a state', codeVerifier: verifier })
  expect(url.pathname).toBe('/login/oauth/authorize')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    client_id: 'broker',
    redirect_uri: redirectUri,
    state: 'a state',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    scope: 'read:user write:issue',
  })
})

describe('refresh', () => {
  test('renews once: the second use is refused', async () => {
    const { fake, forgejo } = await createPair()
    const { refresh_token } = fake.signInForTest('alice')
    expect(await forgejo.refresh(refresh_token)).toEqual({
      ok: true,
      value: { accessToken: expect.any(String), refreshToken: expect.any(String), accessExpiresAtMs: 1_000 + 3_600_000 },
    })
    expect(await forgejo.refresh(refresh_token)).toMatchObject({
      ok: false,
      error: { reason: 'grant_refused', detail: 'unauthorized_client: token was already used' },
    })
  })

  test('tells a revoked grant from a wrong secret', async () => {
    const { fake, forgejo } = await createPair()
    const { refresh_token } = fake.signInForTest('alice')
    fake.revokeGrant('alice')
    expect(await forgejo.refresh(refresh_token)).toMatchObject({ error: { reason: 'grant_refused' } })
    const wrong = await createPair('wrong')
    expect(await wrong.forgejo.refresh(wrong.fake.signInForTest('alice').refresh_token)).toMatchObject({
      error: { reason: 'client_refused' },
    })
  })
})

/** Both requests that use something up. */
const tokenRequests: readonly [string, (forgejo: Forgejo) => ReturnType<Forgejo['refresh']>][] = [
  ['refresh', (forgejo) => forgejo.refresh('a-refresh-token')],
  ['exchangeCode', (forgejo) => forgejo.exchangeCode({ code: 'a-code', codeVerifier: verifier })],
]
const tokenReply = { access_token: 'access', refresh_token: 'refresh', token_type: 'bearer', expires_in: 3600 }

describe.each(tokenRequests)('the token request of %s', (_, request) => {
  test('waits as long as Forgejo takes', async () => {
    const [asked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const forgejo = await connect(async ({ url }) => {
      if (url.endsWith('/login/oauth/userinfo')) return silence
      asked.resolve()
      await goOn.promise
      return Response.json(tokenReply)
    })
    const answer = request(forgejo)
    await asked.promise
    // Of the two, the question that is bounded ends first.
    expect(await Promise.race([answer, forgejo.identify('token')])).toMatchObject({ error: { detail: 'TimeoutError' } })
    goOn.resolve()
    expect(await answer).toEqual({ ok: true, value: { accessToken: 'access', refreshToken: 'refresh', accessExpiresAtMs: 3_601_000 } })
  })

  test.each([301, 302, 303, 307, 308])('follows no redirect, which could carry its secrets along (%d)', async (status) => {
    const asked: string[] = []
    const forgejo = await connect(({ url }) => {
      asked.push(new URL(url).pathname)
      return asked.length > 1 ? Response.json(tokenReply) : new Response(null, { status, headers: { location: '/elsewhere' } })
    })
    expect(await request(forgejo)).toEqual({ ok: false, error: { reason: 'not_understood', detail: `status ${status}` } })
    expect(asked).toEqual(['/login/oauth/access_token'])
  })

  test.each([200, 400])('does not read an answer without end of status %d', async (status) => {
    const forgejo = await connect(() => Response.json({ ...tokenReply, error: 'e', filling: ' '.repeat(65_536) }, { status }))
    expect(await request(forgejo)).toMatchObject({ error: { reason: 'not_understood', detail: expect.stringContaining('longer than') } })
  })

  test.each([
    ['a line break in a token', { access_token: 'secret\r\nx' }],
    ['a control character in a token', { refresh_token: 'secret\u0000' }],
    ['a token that is no ASCII', { access_token: 'secret✓' }],
    ['a token that is too long', { access_token: 'secret'.repeat(2_000) }],
    ['no access token', { access_token: undefined }],
    ['no refresh token', { refresh_token: undefined }],
    ['a token of another type', { token_type: 'mac' }],
    ['a token of no type', { token_type: undefined }],
  ])('does not believe %s', async (_, change) => {
    const forgejo = await connect(() => Response.json({ ...tokenReply, ...change }))
    expect(await request(forgejo)).toEqual({
      ok: false,
      error: { reason: 'not_understood', detail: 'the token endpoint answered without usable tokens' },
    })
  })

  test.each([
    ['of a fraction', 0.5, 1],
    ['of a day', 86_400, 86_400],
    ['of thousands of years', 1e11, 10 * 366 * 86_400],
    ['without end', 1e306, 10 * 366 * 86_400],
    ['that is over', 0, 3_600],
    ['that is negative', -1, 3_600],
    ['that is text', '3600', 3_600],
    ['that is missing', undefined, 3_600],
  ])('takes the tokens with a lifetime %s, since the older ones are void now', async (_, expiresIn, takenSeconds) => {
    const forgejo = await connect(() => Response.json({ ...tokenReply, expires_in: expiresIn }))
    expect(await request(forgejo)).toMatchObject({ value: { refreshToken: 'refresh', accessExpiresAtMs: 1_000 + takenSeconds * 1_000 } })
  })

  test.each(['bearer', 'Bearer', 'BEARER'])('takes a token of the type %s', async (type) => {
    const forgejo = await connect(() => Response.json({ ...tokenReply, token_type: type }))
    expect(await request(forgejo)).toMatchObject({ value: { accessToken: 'access' } })
  })

  test.each(['', 'null', '[]', '"x"', '{"error":1}', '<html>'])('does not understand a refusal that says %j', async (body) => {
    const forgejo = await connect(() => new Response(body, { status: 400 }))
    expect(await request(forgejo)).toMatchObject({ error: { reason: 'not_understood', detail: expect.stringMatching(/^status 400/) } })
  })

  test.each(['', 'null', '[]', '"x"', '{}', '<html>', '{"access_token":"a","refresh_tok'])(
    'does not understand a success that says %j',
    async (body) => {
      const forgejo = await connect(() => new Response(body))
      expect(await request(forgejo)).toMatchObject({ error: { reason: 'not_understood' } })
    },
  )

  test.each([408, 429, 500, 502, 503, 504, 520])('takes the status %d for something that passes', async (status) => {
    const forgejo = await connect(() => new Response('<html>', { status }))
    expect(await request(forgejo)).toEqual({ ok: false, error: { reason: 'unavailable', detail: `status ${status}` } })
  })

  test.each([429, 503])('passes on for how long Forgejo wants to be left alone, with %d', async (status) => {
    const forgejo = await connect(() => new Response('<html>', { status, headers: { 'retry-after': '20' } }))
    expect(await request(forgejo)).toMatchObject({ error: { reason: 'unavailable', retryAfterMs: 20_000 } })
  })

  test.each([201, 204, 402, 403, 404, 405, 410])('does not understand the status %d', async (status) => {
    const forgejo = await connect(() => new Response(null, { status }))
    expect(await request(forgejo)).toEqual({ ok: false, error: { reason: 'not_understood', detail: `status ${status}` } })
  })
})

describe('exchangeCode', () => {
  test('is refused for a code that Forgejo does not know', async () => {
    const { forgejo } = await createPair()
    expect(await forgejo.exchangeCode({ code: 'unknown', codeVerifier: verifier })).toMatchObject({ error: { reason: 'grant_refused' } })
  })

  test('tells a wrong secret', async () => {
    const { forgejo } = await createPair('wrong')
    expect(await forgejo.exchangeCode({ code: 'c', codeVerifier: verifier })).toMatchObject({ error: { reason: 'client_refused' } })
  })
})

describe('identify', () => {
  test('tells who a token belongs to', async () => {
    const { fake, forgejo } = await createPair()
    expect(await forgejo.identify(fake.signInForTest('bob').access_token)).toEqual({ ok: true, value: { sub: '2', login: 'bob' } })
  })

  test('is refused for a token that is no good', async () => {
    const { forgejo } = await createPair()
    expect(await forgejo.identify('nonsense')).toMatchObject({ error: { reason: 'token_refused' } })
  })

  test.each([
    ['no name', { sub: '1' }],
    ['an empty id', { sub: '', preferred_username: 'alice' }],
    ['no object', 'alice'],
    ['a control character in the id', { sub: '1\u0000', preferred_username: 'alice' }],
    ['a line break in the name', { sub: '1', preferred_username: 'alice\nbob' }],
    ['an id that is too long', { sub: '1'.repeat(256), preferred_username: 'alice' }],
    ['a name that is too long', { sub: '1', preferred_username: 'a'.repeat(256) }],
  ])('does not believe an answer with %s', async (_, body) => {
    const forgejo = await connect(() => Response.json(body))
    expect(await forgejo.identify('token')).toMatchObject({ error: { reason: 'not_understood' } })
  })

  test('turns an id that is a number into text', async () => {
    const forgejo = await connect(() => Response.json({ sub: 7, preferred_username: 'carol' }))
    expect(await forgejo.identify('token')).toEqual({ ok: true, value: { sub: '7', login: 'carol' } })
  })

  test('follows no redirect, which would carry the token along', async () => {
    const asked: string[] = []
    const forgejo = await connect((request) => {
      asked.push(new URL(request.url).pathname)
      return new Response(null, { status: 302, headers: { location: '/elsewhere' } })
    })
    expect(await forgejo.identify('token')).toMatchObject({ error: { reason: 'not_understood' } })
    expect(asked).toEqual(['/login/oauth/userinfo'])
  })

  test.each(['secret\r\nx', 'secret✓'])('says nothing of a token that fits in no header', async (token) => {
    const forgejo = await connect(() => Response.json({}))
    const answer = await forgejo.identify(token)
    expect(answer).toMatchObject({ error: { reason: 'unavailable' } })
    expect(JSON.stringify(answer)).not.toContain('secret')
  })

  test('does not read an answer without end', async () => {
    const forgejo = await connect(() => new Response(' '.repeat(1_048_577)))
    expect(await forgejo.identify('token')).toMatchObject({
      error: { reason: 'not_understood', detail: expect.stringContaining('longer than') },
    })
  })
})

describe('scopesOf', () => {
  test('tells what the grant of a token may do, by our own credentials', async () => {
    const { fake, forgejo } = await createPair()
    const { access_token } = fake.signInForTest('alice', { scope: 'read:user, write:issue  openid' })
    expect(await forgejo.scopesOf(access_token)).toEqual({ ok: true, value: ['read:user', 'write:issue', 'openid'] })
  })

  test('tells of a grant without scopes, which Forgejo leaves out', async () => {
    const { fake, forgejo } = await createPair()
    expect(await forgejo.scopesOf(fake.signInForTest('alice').access_token)).toEqual({ ok: true, value: [] })
  })

  test.each([
    ['a token that is no good', 'secret'],
    ['any token, with a wrong secret of ours', 'wrong'],
  ])('tells nothing of %s', async (_, secret) => {
    const { forgejo } = await createPair(secret)
    expect(await forgejo.scopesOf('nonsense')).toMatchObject({ error: { reason: 'token_refused' } })
  })

  test.each([
    [{}],
    [{ active: 'yes' }],
    [{ active: true, scope: 7 }],
    [{ active: true, scope: 'a\nb' }],
    [{ active: true, scope: 'a'.repeat(2_001) }],
  ])('does not believe %j', async (body) => {
    const forgejo = await connect(() => Response.json(body))
    expect(await forgejo.scopesOf('token')).toMatchObject({ error: { reason: 'not_understood' } })
  })
})

describe('version', () => {
  test('is told without a token', async () => {
    const { forgejo } = await createPair()
    expect(await forgejo.version()).toEqual({ ok: true, value: expect.stringMatching(/^\d+\./) })
  })

  test.each([
    ['down', 'unavailable'],
    ['garbage', 'not_understood'],
    ['silent', 'unavailable'],
  ] as const)('is not told while Forgejo is %s', async (outage, reason) => {
    const { fake, forgejo } = await createPair()
    fake.setOutage(outage)
    expect(await forgejo.version()).toMatchObject({ error: { reason, detail: expect.stringMatching(/\w/) } })
    fake.setOutage('none')
  })
})

test('names what is wrong when nobody listens, and no token with it', async () => {
  const served = await serveFetch(() => new Response())
  await served.close()
  const forgejo = createForgejo({ forgejoUrl: served.url, clientId: 'a', clientSecret: 'b', redirectUri, scopes: [], clock: () => 0 })
  const answers = [await forgejo.version('a-token'), await forgejo.refresh('a-token')]
  for (const answer of answers)
    expect(answer).toMatchObject({ error: { reason: 'unavailable', detail: expect.stringContaining('ECONNREFUSED') } })
  expect(JSON.stringify(answers)).not.toContain('a-token')
})
