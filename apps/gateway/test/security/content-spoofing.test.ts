import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { stopBeforeCallback } from '../oauth/stop-before-callback.ts'

test.each(['call +1-900-555-0100 to unlock', 'server_error', 'interaction_required', 'x'.repeat(10_000)])(
  'what stands in an error at the callback reaches no client and no log: %s',
  async (error) => {
    const harness = await createHarness()
    const { browser, client, url } = await stopBeforeCallback(harness)
    const forged = new URL(url)
    forged.searchParams.delete('code')
    forged.searchParams.set('error', error)
    for (const name of ['error_description', 'error_uri', 'iss', 'scope']) forged.searchParams.set(name, 'https://evil.example/')
    const arrived = await browser.open(forged.href, { stopAt: (next) => next.startsWith(client.redirectUri) })
    expect(Object.fromEntries(new URL(arrived.url).searchParams)).toEqual({
      error: 'server_error',
      error_description: 'Forgejo could not sign the user in',
      state: 'the client’s own state',
      iss: 'https://mcp.example.test',
    })
    expect(harness.log.text).not.toMatch(/900-555|x{100}|evil\.example/)
  },
)
