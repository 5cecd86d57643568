import { breakConnection, changeAnswer, errorPage, loseAnswer, tokenError } from '@fjmcp-broker/testkit/forgejo/interceptions'
import { describe, expect, test } from 'vitest'
import type { Forgejo } from '../../src/upstream/forgejo.ts'
import { createHarness, type Harness, type HarnessOptions } from '../harness.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'
import { stopBeforeCallback } from '../oauth/stop-before-callback.ts'

const tokenPath = '/login/oauth/access_token'
const alreadyUsed = 'unauthorized_client: token was already used'

/** Alice is signed in with one client, and signs in with a second one while Forgejo answers in its own way. */
async function signInSecondTime(disturb: (harness: Harness) => void, options: HarnessOptions = {}) {
  const harness = await createHarness(options)
  const first = await harness.signIn({ login: 'alice' })
  const { browser, goOn } = await stopBeforeCallback(harness)
  disturb(harness)
  const arrived = await goOn(browser)
  await harness.settled()
  const error = arrived.isOpened ? undefined : new URL(arrived.url).searchParams.get('error')
  return { harness, first, arrived, error }
}

function withExchange(change: Partial<Parameters<Forgejo['exchangeCode']>[0]>): HarnessOptions {
  let isSecond = false
  const wrapForgejo = (forgejo: Forgejo): Forgejo => ({
    ...forgejo,
    exchangeCode(request) {
      const asked = isSecond ? { ...request, ...change } : request
      isSecond = true
      return forgejo.exchangeCode(asked)
    },
  })
  return { wrapForgejo }
}

type SecondTime = Awaited<ReturnType<typeof signInSecondTime>>

async function expectFirstClientUnharmed({ harness, first: { userId, tokens, client } }: SecondTime): Promise<void> {
  harness.forgejo.expireAccessTokens()
  await harness.runner.renewCredential(userId)
  expect(await harness.runner.renewCredential(userId)).toMatchObject({ generation: 2, accessToken: expect.any(String) })
  expect(await mcpStatus(harness, tokens.access_token)).toBe(200)
  expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
}

describe('a code exchange that is the operator’s to mend shows the page that says so, with advice in the log, and ends nobody’s sign-in', () => {
  test.each([
    ['unknown client', tokenError('invalid_client', "cannot load client with client id: 'broker'")],
    ['wrong secret', tokenError('unauthorized_client', 'invalid client secret')],
    ['empty secret', tokenError('unauthorized_client', 'invalid empty client secret')],
    ['redirect URI that is registered no more', tokenError('unauthorized_client', 'unexpected redirect URI')],
  ])('%s', async (_, interception) => {
    const second = await signInSecondTime(({ forgejo }) => forgejo.intercept(tokenPath, interception))
    expect(second.arrived).toMatchObject({ isOpened: true, status: 502, html: expect.stringContaining('Tell the operator') })
    expect(second.harness.log.events).toContainEqual({
      level: 'error',
      event: 'broker_refused_by_forgejo',
      fields: expect.objectContaining({ advice: expect.stringContaining('doctor') }),
    })
    await expectFirstClientUnharmed(second)
  })
})

describe('a code that Forgejo does not take ends that sign-in at the client, and no other', () => {
  test.each([
    ['bad code', { code: 'gta_of-nobody' }],
    ['PKCE mismatch', { codeVerifier: 'v'.repeat(43) }],
  ])('%s', async (_, change) => {
    const second = await signInSecondTime(() => {}, withExchange(change))
    expect(second.error).toBe('server_error')
    expect(second.harness.log.events).toContainEqual(expect.objectContaining({ level: 'warn', event: 'forgejo_code_refused' }))
    await expectFirstClientUnharmed(second)
  })

  test('used code', async () => {
    const used: string[] = []
    const wrapForgejo = (forgejo: Forgejo): Forgejo => ({
      ...forgejo,
      exchangeCode: ({ code, codeVerifier }) => forgejo.exchangeCode({ code: used[used.push(code) - 2] ?? code, codeVerifier }),
    })
    const second = await signInSecondTime(() => {}, { wrapForgejo })
    expect(second.error).toBe('server_error')
    await expectFirstClientUnharmed(second)
  })

  test('lost race: the user is told to connect again', async () => {
    const second = await signInSecondTime(({ forgejo }) =>
      forgejo.intercept(tokenPath, tokenError('invalid_grant', 'cannot increase the grant counter')),
    )
    expect(second.error).toBe('temporarily_unavailable')
    await expectFirstClientUnharmed(second)
  })
})

describe('a code exchange that Forgejo cannot answer now is temporarily_unavailable at the client, and ends nobody’s sign-in', () => {
  test.each([
    ['500', errorPage(500), 'forgejo_unavailable'],
    ['502 of a proxy', errorPage(502), 'forgejo_unavailable'],
    ['503', errorPage(503, { 'retry-after': '3600' }), 'forgejo_unavailable'],
    ['429', errorPage(429, { 'retry-after': '5' }), 'forgejo_unavailable'],
    ['connection broken before Forgejo knows of it', breakConnection, 'forgejo_unavailable'],
    ['error of Forgejo’s own', tokenError('invalid_request', 'cannot proceed your request'), 'forgejo_unavailable'],
    ['error page with status 200', errorPage(200), 'forgejo_not_understood'],
    ['error page with status 400', errorPage(400), 'forgejo_not_understood'],
    ['404 of another program', errorPage(404), 'forgejo_not_understood'],
    ['redirect', errorPage(302, { location: 'https://elsewhere.example/' }), 'forgejo_not_understood'],
    ['error code that nobody knows', tokenError('come_again', 'on Monday'), 'forgejo_not_understood'],
    ['unauthorized_client of an unknown kind', tokenError('unauthorized_client', 'you look tired'), 'forgejo_not_understood'],
  ])('%s', async (_, interception, event) => {
    const second = await signInSecondTime(({ forgejo }) => forgejo.intercept(tokenPath, interception))
    expect(second.error).toBe('temporarily_unavailable')
    expect(second.harness.log.events).toContainEqual(expect.objectContaining({ event }))
    await expectFirstClientUnharmed(second)
  })
})

describe('a code exchange that Forgejo did and whose answer is lost voids the older tokens: the user signs in again, everywhere at once', () => {
  test.each([
    ['connection broken within the answer', loseAnswer],
    ['200 without refresh_token', changeAnswer({ refresh_token: undefined })],
    ['200 with a token of another type', changeAnswer({ token_type: 'mac' })],
  ])('%s', async (_, interception) => {
    const { harness, first, error } = await signInSecondTime(({ forgejo }) => forgejo.intercept(tokenPath, interception))
    expect(error).toBe('temporarily_unavailable')
    // Forgejo's access token is good for its hour.
    expect(await mcpStatus(harness, first.tokens.access_token)).toBe(200)
    harness.runner.rejectCredential({ userId: first.userId, generation: 1 })
    await harness.settled()
    expect(harness.log.events).toContainEqual(
      expect.objectContaining({ event: 'credential_died', fields: expect.objectContaining({ cause: alreadyUsed }) }),
    )
    expect(await mcpStatus(harness, first.tokens.access_token)).toBe(401)
    await harness.signIn({ login: 'alice' })
    expect(await mcpStatus(harness, first.tokens.access_token)).toBe(200)
  })
})
