import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { describe, expect, test } from 'vitest'
import { type Store, StoreFailure } from '../src/store/store.ts'
import { createHarness, type Harness, type HarnessOptions } from './harness.ts'
import { callbackUrl, stopBeforeCallback } from './oauth/stop-before-callback.ts'
import { approve, openAuthorization } from './oauth/sign-in.ts'

/** Where a client ends up whose user signs in while Forgejo is not well. */
async function finishDuring(options: HarnessOptions, disturb: (harness: Harness) => void) {
  const harness = await createHarness(options)
  const { browser, goOn } = await stopBeforeCallback(harness)
  disturb(harness)
  return { harness, arrived: await goOn(browser) }
}

describe('the callback', () => {
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
    expect(harness.log.events).toContainEqual(expect.objectContaining({ level: 'info', event: 'sign_in_failed' }))
  })
})

describe('a sign-in while Forgejo is not well', () => {
  test.each([
    ['down', 'forgejo_unavailable'],
    ['garbage', 'forgejo_not_understood'],
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
    const { harness, arrived } = await finishDuring({}, ({ forgejo }) => forgejo.revokeGrant('alice'))
    expect(new URL(arrived.url).searchParams.get('error')).toBe('server_error')
    expect(harness.log.events).toContainEqual(expect.objectContaining({ level: 'warn', event: 'sign_in_failed' }))
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
