import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'

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

  test('makes one grant of a user and a client, with what was allowed last', async () => {
    const { signIn, store, runner } = await createHarness()
    const { client, tokens } = await signIn({ login: 'alice', level: 'full' })
    const again = await signIn({ login: 'alice', level: 'read', client })
    expect(again.tokens.scope).toBe('read')
    expect(again.tokens.access_token).not.toBe(tokens.access_token)
    expect(await store.credentials.find(again.userId)).toMatchObject({ generation: 2, state: 'live' })
    expect(runner.uses.filter(({ name }) => name === 'setCredential')).toEqual([])
  })
})
