import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'
import { authorizeInBrowser } from './oauth/sign-in.ts'

describe('a whole sign-in', () => {
  test.each(['alice', 'bob'])('gives %s tokens for what she or he allowed', async (login) => {
    const harness = await createHarness()
    const { tokens } = await harness.signIn({ login, level: 'write' })
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^fjb_at_[\w-]{43}$/),
      refresh_token: expect.stringMatching(/^fjb_rt_[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read write',
    })
  })

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
})
