import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { authorizeInBrowser } from '../oauth/sign-in.ts'

test('brings code, state and issuer to the client and nothing else', async () => {
  const harness = await createHarness()
  const client = await harness.registerClient()
  const answer = await authorizeInBrowser({ browser: harness.openBrowser(), client, login: 'alice', level: 'read' })
  expect(answer.origin + answer.pathname).toBe(client.redirectUri)
  expect(Object.fromEntries(answer.searchParams)).toEqual({
    code: expect.stringMatching(/^fjb_ac_[\w-]{43}$/),
    state: 'the client’s own state',
    iss: 'https://mcp.example.test',
  })
})
