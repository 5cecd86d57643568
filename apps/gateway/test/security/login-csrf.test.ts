import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { openAuthorization } from '../oauth/sign-in.ts'
import { stopBeforeCallback } from '../oauth/stop-before-callback.ts'

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

  test('is refused with a made-up cookie under the right name', async () => {
    const harness = await createHarness()
    const { browser, url, goOn } = await stopBeforeCallback(harness)
    const name = browser.cookies.find(({ name }) => name.includes('signin'))?.name ?? ''
    for (const value of ['', 'x', 'a'.repeat(43)]) {
      const headers = { cookie: `${name}=${value}` }
      expect((await harness.fetch(new Request(url, { headers }))).status).toBe(400)
    }
    expect((await goOn(browser)).isOpened).toBe(false)
  })

  test('is refused in another browser in which a cookie of that name was planted', async () => {
    const harness = await createHarness()
    const { browser, url, goOn } = await stopBeforeCallback(harness)
    const other = await stopBeforeCallback(harness)
    const names = browser.cookies.map(({ name }) => name)
    for (const planted of [...other.browser.cookies.map(({ value }) => value), 'a'.repeat(43), '']) {
      const cookie = names.map((name) => `${name}=${planted}`).join('; ')
      expect((await harness.fetch(new Request(url, { headers: { cookie } }))).status).toBe(400)
    }
    expect((await goOn(browser)).isOpened).toBe(false)
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
})
