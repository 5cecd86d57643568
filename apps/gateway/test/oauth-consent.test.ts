import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'
import { consentUrl, readFields } from './oauth/consent-form.ts'
import { approve, openAuthorization } from './oauth/sign-in.ts'

describe('the browser’s cookie', () => {
  test('has a plain name and no Secure on loopback, where browsers differ', async () => {
    const { fetch, registerClient } = await createHarness({ environment: { FJMCP_BROKER_PUBLIC_URL: 'http://localhost:8080' } })
    const client = await registerClient()
    const [cookie = ''] = (await fetch(new Request(client.authorizeUrl()))).headers.getSetCookie()
    expect(cookie).toMatch(/^fjmcp-signin-sig_/)
    expect(cookie).not.toContain('Secure')
  })

  test('does not pile up in a browser that never finishes', async () => {
    const { openBrowser, registerClient, clock } = await createHarness()
    const [browser, client] = [openBrowser(), await registerClient()]
    for (let n = 0; n < 20; n++) {
      await openAuthorization(browser, client)
      clock.nowMs += 1
    }
    expect(browser.cookies).toHaveLength(8)
  })

  test('is gone when the sign-in is over', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const browser = openBrowser()
    const consent = await openAuthorization(browser, await registerClient())
    const atForgejo = await approve(consent, 'read')
    expect(browser.cookies.filter(({ name }) => name.includes('fjmcp-signin'))).toHaveLength(1)
    await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password' })
    expect(browser.cookies.filter(({ name }) => name.includes('fjmcp-signin'))).toHaveLength(0)
  })
})

describe('consent', () => {
  test('tells the client when the user denies', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const client = await registerClient()
    const consent = await openAuthorization(openBrowser(), client)
    const answer = new URL((await consent.submit({}, 'deny')).url)
    expect(answer.origin + answer.pathname).toBe(client.redirectUri)
    expect(Object.fromEntries(answer.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'the client’s own state',
      iss: 'https://mcp.example.test',
    })
  })

  test('may be given twice, as by a double click', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const client = await registerClient()
    const consent = await openAuthorization(openBrowser(), client)
    await approve(consent, 'read')
    const arrived = await signInWithForgejo(await approve(consent, 'read'), { login: 'alice', password: 'alice-password' })
    const reply = await client.exchange(new URL(arrived.url).searchParams.get('code') ?? '')
    expect(reply.status).toBe(200)
    expect((await approve(consent, 'read')).status).toBe(400)
  })

  test('waits for ten minutes', async () => {
    const { openBrowser, registerClient, clock } = await createHarness()
    const [browser, client] = [openBrowser(), await registerClient()]
    const consent = await openAuthorization(browser, client)
    clock.nowMs += 10 * 60_000 - 1
    // The browser's own clock is the same: its cookie lives exactly as long.
    expect((await approve(consent, 'read')).status).toBe(200)
    const late = await openAuthorization(browser, client)
    clock.nowMs += 10 * 60_000
    const refused = await approve(late, 'read')
    expect([refused.status, refused.html]).toEqual([400, expect.stringContaining('took too long')])
  })
})

describe('a consent form that is wrong', () => {
  test.each<Record<string, string>>([{ access: 'everything' }, { decision: 'maybe' }, { sign_in: '' }, { csrf_token: 'x'.repeat(65) }])(
    'is refused with %j',
    async (change) => {
      const { openBrowser, registerClient } = await createHarness()
      const browser = openBrowser()
      const consent = await openAuthorization(browser, await registerClient())
      const page = await browser.post(consentUrl, { ...readFields(consent), ...change }, { from: consentUrl })
      expect(page.status).toBe(400)
    },
  )

  test('is refused over 64 KB', async () => {
    const { openBrowser } = await createHarness()
    const page = await openBrowser().post(consentUrl, { padding: 'x'.repeat(65_536) }, { from: consentUrl })
    expect(page.status).toBe(413)
    expect(page.html).toContain('64 KB')
  })
})
