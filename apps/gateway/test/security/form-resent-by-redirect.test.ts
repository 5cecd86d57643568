import { expect, test } from 'vitest'
import { createHarness, type Harness } from '../harness.ts'
import { consentUrl, readFields } from '../oauth/consent-form.ts'
import { openAuthorization } from '../oauth/sign-in.ts'
import { stopBeforeCallback } from '../oauth/stop-before-callback.ts'

// With 307 or 308 the browser would send what it was given on to the next address: form token, decision, whatever comes later.
test.each<readonly [string, (harness: Harness) => Promise<Response>]>([
  ['an approval', (harness) => decide(harness, 'approve')],
  ['a denial', (harness) => decide(harness, 'deny')],
  ['the callback', finish],
  ['a faulty request', askFaulty],
])('%s leads on by 303, which takes no form along', async (_, act) => {
  const response = await act(await createHarness())
  expect([response.status, response.headers.get('location')]).toEqual([303, expect.stringMatching(/^https?:/)])
})

async function decide({ fetch, openBrowser, registerClient }: Harness, decision: string): Promise<Response> {
  const browser = openBrowser()
  const fields = readFields(await openAuthorization(browser, await registerClient()))
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return fetch(new Request(consentUrl, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ ...fields, decision }) }))
}

async function finish(harness: Harness): Promise<Response> {
  const { browser, url } = await stopBeforeCallback(harness)
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return harness.fetch(new Request(url, { headers: { cookie } }))
}

async function askFaulty({ fetch, registerClient }: Harness): Promise<Response> {
  const client = await registerClient({ redirect_uris: ['http://127.0.0.1/callback'] })
  return fetch(new Request(client.authorizeUrl({ response_type: 'token' })))
}
