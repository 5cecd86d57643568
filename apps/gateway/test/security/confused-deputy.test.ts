import type { Page } from '@fjmcp-broker/testkit/browser'
import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { consentUrl, readFields } from '../oauth/consent-form.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'

const alice = { login: 'alice', password: 'alice-password' }

test('goes on to Forgejo with state and PKCE only after approval', async () => {
  const { openBrowser, registerClient, settings } = await createHarness()
  const consent = await openAuthorization(openBrowser(), await registerClient())
  expect(consent.html).not.toContain('state')
  const atForgejo = await approve(consent, 'read')
  expect(new URL(atForgejo.url).origin).toBe(settings.forgejoUrl)
})

test('is decided once', async () => {
  const { openBrowser, registerClient } = await createHarness()
  const consent = await openAuthorization(openBrowser(), await registerClient())
  await approve(consent, 'read')
  const again = await approve(consent, 'full')
  expect(again.status).toBe(400)
  expect(again.html).toContain('This sign-in is over')
})

test('is asked of a browser that is signed in at Forgejo and has just allowed another client, or the same one', async () => {
  const { openBrowser, registerClient } = await createHarness()
  const [browser, trusted] = [openBrowser(), await registerClient()]
  await signInWithForgejo(await approve(await openAuthorization(browser, trusted), 'full'), alice)
  const hostile = await registerClient({ client_name: 'Hostile', redirect_uris: ['https://evil.example/callback'] })
  for (const client of [hostile, trusted]) {
    const consent = await openAuthorization(browser, client)
    expect([consent.isOpened, new URL(consent.url).pathname]).toEqual([true, '/oauth/authorize'])
    expect(readFields(consent)).toMatchObject({ access: 'read' })
  }
})

test.each(['prompt=none', 'prompt=consent', 'login_hint=alice', 'max_age=0', 'approval_prompt=auto', 'decision=approve', 'access=full'])(
  'is not skipped for %s',
  async (parameter) => {
    const { openBrowser, registerClient } = await createHarness()
    const consent = await openBrowser().open(`${(await registerClient()).authorizeUrl()}&${parameter}`)
    expect([consent.status, consent.html.includes('to use your Forgejo?')]).toEqual([200, true])
    expect(readFields(consent)).toMatchObject({ access: 'read' })
  },
)

test('an attacker who leads a victim behind the consent page gets nothing, though Forgejo asks nothing any more', async () => {
  const { openBrowser, registerClient, settings } = await createHarness()
  const victim = openBrowser()
  await signInWithForgejo(await approve(await openAuthorization(victim, await registerClient()), 'full'), alice)
  const hostile = await registerClient({ redirect_uris: ['https://evil.example/callback'] })
  // The attacker consents in a browser of their own, and sends the address at Forgejo that this led to.
  const stopAt = (url: string) => url.startsWith(settings.forgejoUrl)
  const attackers = await openBrowser().open(hostile.authorizeUrl(), { stopAt })
  const { url } = await approve(attackers, 'full')
  const arrived = await victim.open(url, { from: 'https://evil.example/', stopAt: (next) => next.startsWith('https://evil.example') })
  expect([arrived.isOpened, arrived.status]).toEqual([true, 400])
  expect(arrived.html).toContain('This sign-in cannot be finished here')
})

test('approval of one client counts for no other, in the same browser at the same time', async () => {
  const { openBrowser, registerClient } = await createHarness()
  const browser = openBrowser()
  const [trusted, hostile] = [await registerClient({ client_name: 'Trusted' }), await registerClient({ client_name: 'Hostile' })]
  const [forTrusted, forHostile] = [await openAuthorization(browser, trusted), await openAuthorization(browser, hostile)]
  const mixed = { ...readFields(forTrusted), sign_in: readFields(forHostile)['sign_in'] ?? '' }
  const page: Page = await browser.post(consentUrl, mixed, { from: consentUrl })
  expect([page.status, page.html.includes('not sent from our page')]).toEqual([403, true])
})
