import type { Page } from '@fjmcp-broker/testkit/browser'
import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'
import { approve, openAuthorization } from './oauth/sign-in.ts'

const consentUrl = 'https://mcp.example.test/oauth/consent'

/** What an attacker knows who has opened the consent page in a browser of their own. */
function readFields(consent: Page): Record<string, string> {
  const fields = consent.forms[0]?.fields.filter(({ checked }) => checked) ?? []
  return { ...Object.fromEntries(fields.map(({ name, value }) => [name, value])), decision: 'approve' }
}

describe('the browser’s cookie', () => {
  test('is bound to host, path and https', async () => {
    const { fetch, registerClient } = await createHarness()
    const client = await registerClient()
    const response = await fetch(new Request(client.authorizeUrl()))
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-fjmcp-signin-sig_[0-9A-Z]{26}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
  })

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

  test('is not troubled by names that we never gave, nor by hundreds of them', async () => {
    const { fetch, registerClient } = await createHarness()
    const client = await registerClient()
    const open = async (names: readonly string[]) => {
      const headers = { cookie: names.map((name) => `__Host-fjmcp-signin-${name}=1`).join('; ') }
      const response = await fetch(new Request(client.authorizeUrl(), { headers }))
      expect(response.status).toBe(200)
      return response.headers.getSetCookie()
    }
    expect(await open(Array.from({ length: 20 }, (_, n) => `(${n})`))).toHaveLength(1)
    const ids = Array.from({ length: 400 }, (_, n) => `sig_${String(n).padStart(26, '0')}`)
    const cookies = await open(ids)
    expect(cookies.filter((cookie) => cookie.includes('Max-Age=0')).map((cookie) => cookie.split('=')[0])).toEqual(
      ids.slice(0, 8).map((id) => `__Host-fjmcp-signin-${id}`),
    )
    expect(cookies).toHaveLength(9)
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
  test('goes on to Forgejo with state and PKCE only after approval', async () => {
    const { openBrowser, registerClient, settings } = await createHarness()
    const consent = await openAuthorization(openBrowser(), await registerClient())
    expect(consent.html).not.toContain('state')
    const atForgejo = await approve(consent, 'read')
    expect(new URL(atForgejo.url).origin).toBe(settings.forgejoUrl)
  })

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

  test('is decided once', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const consent = await openAuthorization(openBrowser(), await registerClient())
    await approve(consent, 'read')
    const again = await approve(consent, 'full')
    expect(again.status).toBe(400)
    expect(again.html).toContain('decided before')
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
    expect(refused.status).toBe(403)
  })

  test('leaves sign-ins in other tabs alone', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const browser = openBrowser()
    const clients = [await registerClient(), await registerClient({ client_name: 'Other' })]
    const tabs = await Promise.all(clients.map((client) => openAuthorization(browser, client)))
    for (const [index, tab] of tabs.entries()) {
      const arrived = await signInWithForgejo(await approve(tab, 'read'), { login: 'alice', password: 'alice-password' })
      const reply = await clients[index]?.exchange(new URL(arrived.url).searchParams.get('code') ?? '')
      expect(reply?.status).toBe(200)
    }
  })
})

describe('a consent form that the user did not send', () => {
  test('is refused in a browser that did not begin the sign-in', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const client = await registerClient()
    const attackers = await openAuthorization(openBrowser(), client)
    const victim = openBrowser()
    await openAuthorization(victim, client)
    const page = await victim.post(consentUrl, readFields(attackers), { from: consentUrl })
    expect(page.status).toBe(403)
    expect(page.html).toContain('another browser')
  })

  test('is refused without any cookie', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const consent = await openAuthorization(openBrowser(), await registerClient())
    const page = await openBrowser().post(consentUrl, readFields(consent), { from: consentUrl })
    expect(page.status).toBe(403)
  })

  test('is refused with a wrong token', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const browser = openBrowser()
    const consent = await openAuthorization(browser, await registerClient())
    const page = await browser.post(consentUrl, { ...readFields(consent), csrf_token: 'a'.repeat(43) }, { from: consentUrl })
    expect(page.status).toBe(403)
    expect(page.html).toContain('not sent from our page')
    expect((await approve(consent, 'read')).status).toBe(200)
  })

  test('is refused with the token of another tab', async () => {
    const { openBrowser, registerClient } = await createHarness()
    const [browser, client] = [openBrowser(), await registerClient()]
    const first = readFields(await openAuthorization(browser, client))
    const second = readFields(await openAuthorization(browser, client))
    const page = await browser.post(consentUrl, { ...first, csrf_token: second.csrf_token ?? '' }, { from: consentUrl })
    expect(page.status).toBe(403)
  })

  test.each(['https://evil.example/page', 'https://sub.example.test/page'])('is refused from %s', async (from) => {
    const { openBrowser, registerClient } = await createHarness()
    const browser = openBrowser()
    const consent = await openAuthorization(browser, await registerClient())
    expect((await browser.post(consentUrl, readFields(consent), { from })).status).toBe(403)
  })

  test('is refused by its origin where the browser sends no Sec-Fetch-Site', async () => {
    const { openBrowser, registerClient, fetch } = await createHarness()
    const browser = openBrowser()
    const consent = await openAuthorization(browser, await registerClient())
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const send = async (origin: string) =>
      fetch(new Request(consentUrl, { method: 'POST', headers: { cookie, origin }, body: new URLSearchParams(readFields(consent)) }))
    expect((await send('https://evil.example')).status).toBe(403)
    expect((await send('https://mcp.example.test')).status).toBe(303)
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
