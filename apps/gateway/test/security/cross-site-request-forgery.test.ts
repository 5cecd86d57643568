import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { consentUrl, readFields } from '../oauth/consent-form.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'

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

  test.each(['cross-site', 'same-site', 'none'])('is refused as %s where a page withholds its origin', async (site) => {
    const { openBrowser, registerClient, fetch } = await createHarness()
    const browser = openBrowser()
    const consent = await openAuthorization(browser, await registerClient())
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const headers = { cookie, origin: 'null', 'sec-fetch-site': site }
    const response = await fetch(new Request(consentUrl, { method: 'POST', headers, body: new URLSearchParams(readFields(consent)) }))
    expect(response.status).toBe(403)
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
