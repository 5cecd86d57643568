import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { getCode } from '../oauth/get-code.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import type { TokenReply } from '../oauth/oauth-client.ts'
import { findWinner, readError } from '../oauth/token-answers.ts'

describe('a code', () => {
  test('serves exactly one of 50 uses at the same time, whose tokens stay good', async () => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    const code = await getCode(harness, client)
    const replies = await Promise.all(Array.from({ length: 50 }, () => client.exchange(code)))
    const tokens = await findWinner(replies)
    expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
  })

  test('presented again later ends what it was exchanged for', async () => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    const code = await getCode(harness, client)
    const tokens = (await (await client.exchange(code)).json()) as TokenReply
    const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
    harness.clock.nowMs += 1_000
    expect(await readError(await client.exchange(code))).toEqual([400, 'invalid_grant'])
    for (const { access_token } of [tokens, renewed]) expect(await mcpStatus(harness, access_token)).toBe(401)
    expect(await readError(await client.refresh(renewed.refresh_token))).toEqual([400, 'invalid_grant'])
  })

  test.each(['none', 'client_secret_basic'])(
    'found when it was used signs nobody out without the verifier that it belongs to, from a client with the method %s',
    async (method) => {
      const harness = await createHarness()
      const client = await harness.registerClient({ token_endpoint_auth_method: method })
      const code = await getCode(harness, client)
      const tokens = (await (await client.exchange(code)).json()) as TokenReply
      harness.clock.nowMs += 30 * 60_000
      const guess = { code_verifier: 'a-verifier-that-somebody-made-up-who-found-the-code' }
      expect(await readError(await client.exchange(code, guess))).toEqual([400, 'invalid_grant'])
      expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
      expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
    },
  )

  test('is good for a minute', async () => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    const code = await getCode(harness, client)
    harness.clock.nowMs += 60_000
    expect(await readError(await client.exchange(code))).toEqual([400, 'invalid_grant'])
  })
})
