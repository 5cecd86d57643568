import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { stopBeforeCallback } from '../oauth/stop-before-callback.ts'

// Who has a code of Forgejo that is somebody else's, or wants to have somebody act as them, puts it into another sign-in's callback.
test('a code of Forgejo serves no other sign-in than the one that it was given for', async () => {
  const harness = await createHarness()
  const [victim, attacker] = [await stopBeforeCallback(harness), await stopBeforeCallback(harness, 'bob')]
  const injected = new URL(victim.url)
  injected.searchParams.set('code', new URL(attacker.url).searchParams.get('code') ?? '')
  const { url } = await victim.browser.open(injected.href, {
    stopAt: (next) => next.startsWith(victim.client.redirectUri),
    from: harness.settings.forgejoUrl,
  })
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ error: 'server_error', state: 'the client’s own state' })
  expect(new URL(url).searchParams.has('code')).toBe(false)
  await harness.settled()
  expect(await harness.store.auditEvents.listNewest({ types: ['user_signed_in'] }, 10)).toEqual([])
})
