import { createFakeForgejo, type FakeForgejo } from '@fjmcp-broker/testkit/forgejo/fake-forgejo'
import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createForgejo } from '../src/upstream/arctic-forgejo.ts'
import type { Forgejo } from '../src/upstream/forgejo.ts'

const redirectUri = 'https://mcp.example.test/oauth/callback'
/** An answer that never comes. */
const silence = Promise.withResolvers<Response>().promise
const verifier = 'v'.repeat(43)

async function connect(fetch: Fetch, clientSecret = 'secret'): Promise<Forgejo> {
  const served = await serveFetch(fetch)
  onTestFinished(() => served.close())
  const scopes = ['read:user', 'write:issue']
  return createForgejo({ forgejoUrl: served.url, clientId: 'broker', clientSecret, redirectUri, scopes, clock: () => 1_000, waitMs: 200 })
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
const tokenReply = { access_token: 'access', refresh_token: 'refresh', expires_in: 3600 }

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
    expect(await request(forgejo)).toEqual({ ok: false, error: { reason: 'unavailable', detail: `status ${status}` } })
    expect(asked).toEqual(['/login/oauth/access_token'])
  })

  test.each([200, 400])('does not read an answer without end of status %d', async (status) => {
    const forgejo = await connect(() => Response.json({ ...tokenReply, error: 'e', filling: ' '.repeat(65_536) }, { status }))
    expect(await request(forgejo)).toMatchObject({ error: { reason: 'unavailable', detail: expect.stringContaining('longer than') } })
  })

  test.each([
    ['a line break in a token', { access_token: 'secret\r\nx' }],
    ['a control character in a token', { refresh_token: 'secret\u0000' }],
    ['a token that is no ASCII', { access_token: 'secret✓' }],
    ['a token that is too long', { access_token: 'secret'.repeat(2_000) }],
    ['no refresh token', { refresh_token: undefined }],
    ['a lifetime without end', { expires_in: 1e306 }],
    ['a lifetime of a fraction', { expires_in: 0.5 }],
    ['a lifetime that is over', { expires_in: 0 }],
    ['a lifetime of eleven years', { expires_in: 11 * 366 * 86_400 }],
  ])('does not believe %s', async (_, change) => {
    const forgejo = await connect(() => Response.json({ ...tokenReply, ...change }))
    expect(await request(forgejo)).toEqual({
      ok: false,
      error: { reason: 'unavailable', detail: 'the token endpoint answered without usable tokens' },
    })
  })

  test.each(['', 'null', '[]', '"x"', '{"error":1}', '<html>'])('takes a refusal that says %j for something that passes', async (body) => {
    const forgejo = await connect(() => new Response(body, { status: 400 }))
    expect(await request(forgejo)).toMatchObject({ error: { reason: 'unavailable', detail: expect.stringMatching(/^status 400/) } })
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
    expect(await forgejo.identify('token')).toMatchObject({ error: { reason: 'unavailable' } })
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
    expect(await forgejo.identify('token')).toMatchObject({ error: { reason: 'unavailable' } })
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
      error: { reason: 'unavailable', detail: expect.stringContaining('longer than') },
    })
  })
})

describe('version', () => {
  test('is told without a token', async () => {
    const { forgejo } = await createPair()
    expect(await forgejo.version()).toEqual({ ok: true, value: expect.stringMatching(/^\d+\./) })
  })

  test.each(['down', 'garbage', 'silent'] as const)('is unavailable while Forgejo is %s', async (outage) => {
    const { fake, forgejo } = await createPair()
    fake.setOutage(outage)
    expect(await forgejo.version()).toMatchObject({ error: { reason: 'unavailable', detail: expect.stringMatching(/\w/) } })
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
