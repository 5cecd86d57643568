import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { consentUrl } from '../oauth/consent-form.ts'
import { openAuthorization } from '../oauth/sign-in.ts'
import { callbackUrl, stopBeforeCallback } from '../oauth/stop-before-callback.ts'
import { openCountedStore } from './counted/counted-store.ts'

const environment = { FJMCP_BROKER_SIGN_INS_PER_MINUTE: '1' }
const visitor = { address: '203.0.113.66' }

test.each(['image', 'iframe', 'script', 'empty'])(
  'a page that has its visitors load the sign-in as %s begins none and uses none up',
  async (dest) => {
    const { store, countRows } = await openCountedStore()
    const harness = await createHarness({ wrapStore: () => store, environment })
    const client = await harness.registerClient()
    const load = (headers: Readonly<Record<string, string>>) => harness.fetch(new Request(client.authorizeUrl(), { headers }), visitor)
    for (let n = 0; n < 5; n++) {
      const refused = await load({ 'sec-fetch-dest': dest, 'sec-fetch-site': 'cross-site' })
      expect(refused.status).toBe(403)
      expect(refused.headers.getSetCookie()).toEqual([])
      expect(await refused.text()).toContain('This address has to be opened as a page')
    }
    expect((await countRows())['sign_ins']).toBe(0)
    expect((await load({ 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' })).status).toBe(200)
  },
)

test('nor does it use up the ways back, or end a sign-in that is on its way', async () => {
  const harness = await createHarness({ environment })
  const { url, goOn, browser } = await stopBeforeCallback(harness)
  for (let n = 0; n < 5; n++) {
    const headers = { 'sec-fetch-dest': 'image', cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
    for (const address of [url, `${callbackUrl}?state=made-up&code=made-up`]) {
      const refused = await harness.fetch(new Request(address, { headers }))
      expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []])
    }
  }
  expect((await goOn(browser)).isOpened).toBe(false)
})

test('nor does it use up the decisions at the consent page, by forms that it has sent', async () => {
  const harness = await createHarness({ environment })
  const consent = await openAuthorization(harness.openBrowser(), await harness.registerClient())
  for (let n = 0; n < 5; n++) {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    expect((await harness.fetch(new Request(consentUrl, { method: 'POST', headers }))).status).toBe(403)
  }
  expect((await consent.submit({}, 'deny')).isOpened).toBe(false)
})

test('browsers that do not say what they load are answered as ever', async () => {
  const harness = await createHarness()
  const client = await harness.registerClient()
  expect((await harness.fetch(new Request(client.authorizeUrl()))).status).toBe(200)
})
