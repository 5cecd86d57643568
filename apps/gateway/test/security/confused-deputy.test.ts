import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'

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
