import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { describe, expect, test } from 'vitest'
import { type Store, StoreFailure } from '../src/store/store.ts'
import { createHarness, type Harness, type HarnessOptions } from './harness.ts'
import { approve, openAuthorization } from './oauth/sign-in.ts'

const callbackUrl = 'https://mcp.example.test/oauth/callback'

/** Signs alice in as far as Forgejo's answer, which her browser does not bring to the gateway yet. */
async function stopBeforeCallback(harness: Harness) {
  const [browser, client] = [harness.openBrowser(), await harness.registerClient()]
  const stopAt = (url: string) => url.startsWith(callbackUrl) || url.startsWith(client.redirectUri)
  const consent = await browser.open(client.authorizeUrl(), { stopAt })
  const { url } = await signInWithForgejo(await approve(consent, 'write'), { login: 'alice', password: 'alice-password' })
  const goOn = (browser = harness.openBrowser()) =>
    browser.open(url, { stopAt: (next) => next.startsWith(client.redirectUri), from: harness.settings.forgejoUrl })
  return { browser, client, url, goOn }
}

/** Where a client ends up whose user signs in while Forgejo is not well. */
async function finishDuring(options: HarnessOptions, disturb: (harness: Harness) => void) {
  const harness = await createHarness(options)
  const { browser, goOn } = await stopBeforeCallback(harness)
  disturb(harness)
  return { harness, arrived: await goOn(browser) }
}

describe('the callback', () => {
  test('is refused in another browser, and then still works in the right one', async () => {
    const { browser, goOn } = await stopBeforeCallback(await createHarness())
    const refused = await goOn()
    expect(refused.isOpened).toBe(true)
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('begun in another browser')
    expect((await goOn(browser)).isOpened).toBe(false)
  })

  test('is refused in another browser that has begun a sign-in of its own', async () => {
    const harness = await createHarness()
    const { client, goOn } = await stopBeforeCallback(harness)
    const other = harness.openBrowser()
    await openAuthorization(other, client)
    expect((await goOn(other)).status).toBe(400)
  })

  test('works once', async () => {
    const { browser, goOn } = await stopBeforeCallback(await createHarness())
    expect((await goOn(browser)).isOpened).toBe(false)
    const again = await goOn(browser)
    expect(again.status).toBe(400)
    expect(again.html).toContain('finished before')
  })

  test('works once for many at the same time', async () => {
    const harness = await createHarness()
    const { browser, url } = await stopBeforeCallback(harness)
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const attempts = Array.from({ length: 20 }, async () => harness.fetch(new Request(url, { headers: { cookie } })))
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
  })

  test('is refused after ten minutes', async () => {
    const harness = await createHarness()
    const { browser, url } = await stopBeforeCallback(harness)
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    harness.clock.nowMs += 10 * 60_000
    expect((await harness.fetch(new Request(url, { headers: { cookie } }))).status).toBe(400)
  })

  test.each(['', '?state=abc&code=c', '?code=c', `?state=sig_${'0'.repeat(26)}.${'a'.repeat(43)}`, '?state=a&state=b&code=c'])(
    'answers %j with a page',
    async (query) => {
      const { openBrowser } = await createHarness()
      const page = await openBrowser().open(callbackUrl + query)
      expect(page.status).toBe(400)
      expect(page.html).toContain('What to do:')
    },
  )

  test('brings a denial at Forgejo to the client', async () => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    const atForgejo = await approve(await openAuthorization(harness.openBrowser(), client), 'read')
    const arrived = await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password', decision: 'deny' })
    expect(arrived.isOpened).toBe(false)
    expect(Object.fromEntries(new URL(arrived.url).searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'the client’s own state',
      iss: 'https://mcp.example.test',
    })
  })
})

describe('a sign-in while Forgejo is not well', () => {
  test.each([
    ['down', 'forgejo_unavailable'],
    ['garbage', 'forgejo_unavailable'],
    ['silent', 'sign_in_took_too_long'],
  ] as const)('ends at the client with temporarily_unavailable when it is %s', async (outage, event) => {
    const { harness, arrived } = await finishDuring({ forgejoWaitMs: 200 }, ({ forgejo }) => forgejo.setOutage(outage))
    expect(arrived.isOpened).toBe(false)
    expect(new URL(arrived.url).searchParams.get('error')).toBe('temporarily_unavailable')
    expect(harness.log.events).toContainEqual(expect.objectContaining({ event }))
    harness.forgejo.setOutage('none')
    await harness.settled()
  })

  test('ends at the client when only userinfo is out', async () => {
    const { harness, arrived } = await finishDuring({}, ({ forgejo }) => forgejo.setOutage('garbage', '/login/oauth/userinfo'))
    expect(new URL(arrived.url).searchParams.get('error')).toBe('temporarily_unavailable')
    expect(harness.log.events).toContainEqual(expect.objectContaining({ level: 'error', event: 'credential_lost' }))
  })

  test('ends at the client when the user revokes the application meanwhile', async () => {
    const { arrived } = await finishDuring({}, ({ forgejo }) => forgejo.revokeGrant('alice'))
    expect(new URL(arrived.url).searchParams.get('error')).toBe('server_error')
  })

  test('shows a page for the operator when the broker’s own secret is wrong', async () => {
    const environment = { FORGEJO_OAUTH_CLIENT_SECRET: 'wrong' }
    const { harness, arrived } = await finishDuring({ environment }, () => {})
    expect(arrived.isOpened).toBe(true)
    expect(arrived.status).toBe(502)
    expect(arrived.html).toContain('Tell the operator')
    expect(harness.log.events).toContainEqual(expect.objectContaining({ level: 'error', event: 'broker_refused_by_forgejo' }))
  })
})

describe('the first sign-in', () => {
  test('learns Forgejo’s version and tells the runner, once', async () => {
    const { signIn, runner, store, settled } = await createHarness()
    await signIn({ login: 'alice' })
    await settled()
    await signIn({ login: 'bob' })
    await settled()
    const version = await store.forgejoVersion()
    expect(version).toMatch(/^\d+\./)
    expect(runner.uses.filter(({ name }) => name === 'setForgejoVersion')).toEqual([{ name: 'setForgejoVersion', input: [version] }])
  })

  test('does not need the version, nor the runner', async () => {
    const harness = await createHarness()
    harness.forgejo.setOutage('down', '/api/v1/version')
    await harness.signIn({ login: 'alice' })
    await harness.settled()
    expect(await harness.store.forgejoVersion()).toBeUndefined()
    harness.forgejo.setOutage('none')
    harness.runner.setAvailable(false)
    await harness.signIn({ login: 'alice' })
    await harness.settled()
    expect(await harness.store.forgejoVersion()).toBeDefined()
  })

  test('does not wait for the version', async () => {
    const harness = await createHarness()
    harness.forgejo.setOutage('silent', '/api/v1/version')
    await harness.signIn({ login: 'alice' })
    expect(await harness.store.forgejoVersion()).toBeUndefined()
    harness.forgejo.setOutage('none')
    await harness.settled()
    expect(await harness.store.forgejoVersion()).toBeDefined()
  })

  test('is finished although the store does not take the version', async () => {
    const wrapStore = (store: Store): Store => ({ ...store, forgejoVersion: () => Promise.reject(new StoreFailure('full')) })
    const { signIn, settled, log } = await createHarness({ wrapStore })
    await signIn({ login: 'alice' })
    await settled()
    expect(log.events).toContainEqual({ level: 'error', event: 'forgejo_version_failed', fields: { reason: 'full' } })
  })
})
