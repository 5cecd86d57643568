import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { readFields } from '../oauth/consent-form.ts'
import { openAuthorization } from '../oauth/sign-in.ts'
import { callbackUrl, stopBeforeCallback } from '../oauth/stop-before-callback.ts'

// A page can lead the browser that began a sign-in to any callback, and the id of the sign-in is no secret.
test('no state opens the callback but the one that went to Forgejo', async () => {
  const harness = await createHarness()
  const [{ browser, url, goOn }, other] = [await stopBeforeCallback(harness), await stopBeforeCallback(harness)]
  const [id, secret] = (new URL(url).searchParams.get('state') ?? '').split('.')
  const [, otherSecret] = (new URL(other.url).searchParams.get('state') ?? '').split('.')
  const guesses = [`${id}.${'a'.repeat(43)}`, `${id}.${otherSecret}`, `${id}.${secret?.toLowerCase()}`, `${id}`, `${id}.`, `${secret}`]
  for (const state of guesses) {
    const forged = new URL(url)
    forged.searchParams.set('state', state)
    const refused = await browser.open(forged.href, { from: 'https://evil.example/' })
    expect([refused.isOpened, refused.status]).toEqual([true, 400])
  }
  expect((await goOn(browser)).isOpened).toBe(false)
})

test('before somebody has agreed there is no state at all', async () => {
  const harness = await createHarness()
  const browser = harness.openBrowser()
  const { sign_in: id, csrf_token: token } = readFields(await openAuthorization(browser, await harness.registerClient()))
  for (const secret of [token, 'a'.repeat(43), 'null', '']) {
    const page = await browser.open(`${callbackUrl}?state=${id}.${secret}&code=x`)
    expect([page.isOpened, page.status]).toEqual([true, 400])
  }
})
