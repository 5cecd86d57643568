import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { openAuthorization } from '../oauth/sign-in.ts'

test('shows a hostile name as text', async () => {
  const { openBrowser, registerClient } = await createHarness()
  const client = await registerClient({ client_name: '<script>alert(1)</script>\u202Egnihtyna' })
  const { html } = await openAuthorization(openBrowser(), client)
  expect(html).not.toContain('<script')
  expect(html).not.toContain('\u202E')
  expect(html).toContain('&lt;script&gt;')
})
