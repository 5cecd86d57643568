import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { authorizeInBrowser } from '../oauth/sign-in.ts'

// Who gets tokens through the browser takes those of others for their own, so that none ever goes that way.
const ways = [
  ...['token', 'id_token', 'none', 'code token', 'code id_token', 'CODE', 'code '].map((response_type) => ({ response_type })),
  ...['fragment', 'form_post', 'web_message', 'query.jwt', 'QUERY'].map((response_mode) => ({ response_mode })),
]

test.each(ways)('begins no sign-in whose answer would come by %j', async (changes) => {
  const { fetch, registerClient } = await createHarness()
  const client = await registerClient({ redirect_uris: ['http://127.0.0.1:33418/callback'] })
  const response = await fetch(new Request(client.authorizeUrl(changes)))
  expect([response.status, response.headers.getSetCookie()]).toEqual([303, []])
  const location = new URL(response.headers.get('location') ?? '')
  expect([location.searchParams.get('error'), location.hash]).toEqual([expect.stringMatching(/^(?:invalid_request|unsupported_)/), ''])
})

test('the browser brings the client a code and no token, and nothing behind a hash sign', async () => {
  const harness = await createHarness()
  const answer = await authorizeInBrowser({
    browser: harness.openBrowser(),
    client: await harness.registerClient(),
    login: 'alice',
    level: 'read',
  })
  expect([answer.hash, [...answer.searchParams.keys()]]).toEqual(['', ['code', 'state', 'iss']])
  expect(answer.href).not.toMatch(/fjb_[ar]t_/)
})
