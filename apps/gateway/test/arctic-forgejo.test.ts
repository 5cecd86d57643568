import { createFakeForgejo, type FakeForgejo } from '@fjmcp-broker/testkit/forgejo/fake-forgejo'
import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createForgejo } from '../src/upstream/arctic-forgejo.ts'
import type { Forgejo } from '../src/upstream/forgejo.ts'

const redirectUri = 'https://mcp.example.test/oauth/callback'
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

  test('waits as long as Forgejo takes', async () => {
    const { fake, forgejo } = await createPair()
    const { refresh_token } = fake.signInForTest('alice')
    const hold = fake.holdTokenEndpoint('answer')
    const refreshed = forgejo.refresh(refresh_token)
    await hold.reached(1)
    // Longer than a person would be made to wait: of the two, the bounded question ends first.
    const first = await Promise.race([refreshed, forgejo.exchangeCode({ code: 'c', codeVerifier: verifier })])
    expect(first).toMatchObject({ error: { reason: 'unavailable', detail: 'no answer within 200 ms' } })
    hold.release()
    expect(await refreshed).toMatchObject({ ok: true })
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
