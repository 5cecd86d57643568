import { describe, expect, test } from 'vitest'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { createHarness, type Harness, type SignedIn } from '../harness.ts'
import { createOAuthClient, register, type TokenReply } from '../oauth/oauth-client.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'
import { callbackUrl, stopBeforeCallback } from '../oauth/stop-before-callback.ts'
import { openCountedStore } from './counted/counted-store.ts'

const publicUrl = 'https://mcp.example.test'
const attacker = '203.0.113.66'
const metadata = { redirect_uris: ['https://client.example/callback'] }

/** The gateway as one address reaches it. */
function from({ fetch }: Harness, address: string): Fetch {
  return (request) => fetch(request, { address })
}

async function repeat(count: number, act: (n: number) => Promise<Response>): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let n = 0; n < count; n++) statuses.push((await act(n)).status)
  return statuses
}

function count(statuses: readonly number[], status: number): number {
  return statuses.filter((each) => each === status).length
}

async function notFound(): Promise<Response> {
  return new Response(null, { status: 404 })
}

describe('registrations', () => {
  const registerFrom = (harness: Harness, address: string) => register({ fetch: from(harness, address), publicUrl, metadata })

  test('of one address are refused after thirty in a minute, leave nothing behind then, and hinder nobody else', async () => {
    const { store, countRows } = await openCountedStore()
    const harness = await createHarness({ wrapStore: () => store })
    const statuses = await repeat(100, () => registerFrom(harness, attacker))
    expect([count(statuses, 201), count(statuses, 429)]).toEqual([30, 70])
    expect((await countRows())['clients']).toBe(30)
    expect((await registerFrom(harness, '203.0.113.67')).status).toBe(201)
  })

  test('of one network of IPv6 count as those of one address', async () => {
    const harness = await createHarness()
    const statuses = await repeat(60, (n) => registerFrom(harness, `2001:db8:1:2::${n.toString(16)}`))
    expect(count(statuses, 201)).toBe(30)
    expect((await registerFrom(harness, '2001:db8:1:3::1')).status).toBe(201)
  })

  test('of all the networks of one owner of IPv6 count as those of four addresses', async () => {
    const harness = await createHarness()
    const statuses = await repeat(140, (n) => registerFrom(harness, `2001:db8:1:${n.toString(16)}::1`))
    expect(count(statuses, 201)).toBe(120)
    expect((await registerFrom(harness, '2001:db8:2::1')).status).toBe(201)
  })

  test('of very many addresses together are bounded too', async () => {
    const { store, countRows } = await openCountedStore()
    const harness = await createHarness({ wrapStore: () => store })
    const statuses = await repeat(400, (n) => registerFrom(harness, `198.51.${n >> 8}.${n & 255}`))
    expect([count(statuses, 201), count(statuses, 429)]).toEqual([150, 250])
    expect((await countRows())['clients']).toBe(150)
  })
})

describe('token requests', () => {
  const garbage = (harness: Harness, address: string, form: Readonly<Record<string, string>> = {}) =>
    from(
      harness,
      address,
    )(
      new Request(`${publicUrl}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'cli_1', refresh_token: 'guess', ...form }),
      }),
    )

  test('that are refused get 429 after sixty in a minute, and hinder nobody else', async () => {
    const harness = await createHarness()
    const statuses = await repeat(70, async () => garbage(harness, attacker))
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([60, 10])
    const refused = await garbage(harness, attacker)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('cache-control')).toBe('no-store')
    expect(await refused.json()).toEqual({ error: 'temporarily_unavailable', error_description: expect.stringContaining('address') })
    expect((await garbage(harness, '203.0.113.67')).status).toBe(401)
  })

  test('that are good still pass where others behind the same address have guessed too often', async () => {
    const harness = await createHarness()
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    await repeat(100, async () => garbage(harness, attacker))
    const form = { grant_type: 'refresh_token', client_id: client.id, refresh_token: tokens.refresh_token }
    expect((await garbage(harness, attacker, form)).status).toBe(200)
  })

  test('of whatever kind get 429 after three hundred in a minute, before the database is asked', async () => {
    const { store, asked } = await openCountedStore()
    const harness = await createHarness({ wrapStore: () => store })
    const { id } = await createOAuthClient({ fetch: harness.fetch, publicUrl })
    await repeat(299, async () => garbage(harness, attacker, { client_id: id }))
    const askedBefore = asked.length
    await garbage(harness, attacker, { client_id: id })
    expect(asked.length).toBeGreaterThan(askedBefore)
    const askedInAll = asked.length
    expect((await garbage(harness, attacker, { client_id: id })).status).toBe(429)
    expect(asked.length).toBe(askedInAll)
  })

  test('and revocations have one budget', async () => {
    const harness = await createHarness({ environment: { FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE: '10' } })
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    const revoke = async () =>
      harness.fetch(
        new Request(`${publicUrl}/oauth/revoke`, { method: 'POST', body: new URLSearchParams({ client_id: client.id, token: 'guess' }) }),
      )
    // The exchange of the code was the first of ten.
    expect(count(await repeat(8, revoke), 200)).toBe(8)
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
    const refused = await revoke()
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })

  test('in the name of another client do not use up what that client may get', async () => {
    const harness = await createHarness({ environment: { FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE: '10' } })
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    await repeat(1_000, async (n) => garbage(harness, `198.51.${n >> 8}.${n & 255}`, { client_id: client.id }))
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
  })

  /** Refreshes from a fresh address each time; the token that comes is the one for the next time. */
  const createRefreshing = (harness: Harness, { client, tokens }: SignedIn) => {
    let refreshToken = tokens.refresh_token
    let n = 0
    return async (): Promise<Response> => {
      const form = { client_id: client.id, refresh_token: refreshToken }
      const reply = await garbage(harness, `198.51.100.${n++}`, form)
      if (reply.status === 200) refreshToken = ((await reply.clone().json()) as TokenReply).refresh_token
      return reply
    }
  }

  test('of one client are bounded from all its users and addresses together, and one that is refused loses nothing', async () => {
    const harness = await createHarness({ environment: { FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE: '10' } })
    const client = await harness.registerClient()
    const logins = ['alice', 'bob', 'carol', 'dave', 'eve']
    for (const login of logins.slice(2))
      harness.forgejo.addUser({ login, fullName: login, email: `${login}@example.org`, password: `${login}-password` })
    const refreshings: (() => Promise<Response>)[] = []
    for (const login of logins) refreshings.push(createRefreshing(harness, await harness.signIn({ login, client })))
    // The exchanges of the codes were the first five of forty.
    const [refresh = notFound] = refreshings
    const statuses = await repeat(35, async (n) => (refreshings[n % 5] ?? notFound)())
    expect(count(statuses, 200)).toBe(35)
    const refused = await refresh()
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('2')
    harness.clock.nowMs += 2_000
    expect((await refresh()).status).toBe(200)
  })

  test('of one user are bounded for each client, so that nobody uses up what all its users share', async () => {
    const { store, countRows } = await openCountedStore()
    const harness = await createHarness({ wrapStore: () => store })
    const client = await harness.registerClient()
    const refresh = createRefreshing(harness, await harness.signIn({ login: 'alice', client }))
    // The exchange of the code was the first of thirty.
    const statuses = await repeat(200, refresh)
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([29, 171])
    expect((await countRows())['refresh_tokens']).toBe(30)
    harness.clock.nowMs += 2_000
    expect((await refresh()).status).toBe(200)
  })

  test('that are answered again use up nothing of what the client may get', async () => {
    const harness = await createHarness({ environment: { FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE: '10' } })
    const { client, tokens } = await harness.signIn({ login: 'alice' })
    const form = { client_id: client.id, refresh_token: tokens.refresh_token }
    const statuses = await repeat(60, async (n) => garbage(harness, `198.51.100.${n}`, form))
    expect(count(statuses, 200)).toBe(60)
    await harness.signIn({ login: 'bob', client })
  })
})

describe('sign-ins', () => {
  const environment = { FJMCP_BROKER_SIGN_INS_PER_MINUTE: '1' }

  test('begun without end get a page that says what to do, and leave no row', async () => {
    const { store, countRows } = await openCountedStore()
    const harness = await createHarness({ wrapStore: () => store, environment })
    const client = await harness.registerClient()
    expect((await openAuthorization(harness.openBrowser(), client)).status).toBe(200)
    const refused = await openAuthorization(harness.openBrowser(), client)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(refused.html).toContain('Too many requests')
    expect(refused.html).toContain('Wait 60 seconds, then load this page again and go on.')
    expect((await countRows())['sign_ins']).toBe(1)
  })

  test('that are stopped at the consent page or on the way back go on a minute later', async () => {
    const harness = await createHarness({ environment })
    const browser = harness.openBrowser()
    const consent = await openAuthorization(browser, await harness.registerClient())
    await harness.fetch(new Request(`${publicUrl}/oauth/consent`, { method: 'POST' }))
    expect((await approve(consent, 'read')).status).toBe(429)
    harness.clock.nowMs += 60_000
    const { url, goOn, browser: itsBrowser } = await stopBeforeCallback(harness)
    expect(url).toContain(callbackUrl)
    await harness.fetch(new Request(`${callbackUrl}?state=made-up&code=made-up`))
    expect((await goOn(itsBrowser)).status).toBe(429)
    harness.clock.nowMs += 60_000
    expect((await goOn(itsBrowser)).isOpened).toBe(false)
    expect((await approve(consent, 'read')).status).toBe(200)
  })

  test('of others go on while one address floods', async () => {
    const harness = await createHarness()
    const client = await createOAuthClient({ fetch: harness.fetch, publicUrl })
    const statuses = await repeat(100, async () => from(harness, attacker)(new Request(client.authorizeUrl())))
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([60, 40])
    await harness.signIn({ login: 'alice' })
  })
})

test('a flood does not flood the log', async () => {
  const harness = await createHarness()
  await repeat(1_000, async () => from(harness, attacker)(new Request(`${callbackUrl}?state=made-up&code=made-up`)))
  const said = harness.log.events.filter(({ event }) => event === 'rate_limited')
  expect(said).toEqual([{ level: 'warn', event: 'rate_limited', fields: { limit: 'callbacks', refused: 1, lastKey: attacker } }])
})
