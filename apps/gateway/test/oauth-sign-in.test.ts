import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { describe, expect, test } from 'vitest'
import { createHarness } from './harness.ts'
import type { TokenReply } from './oauth/oauth-client.ts'
import { approve, authorizeInBrowser, openAuthorization } from './oauth/sign-in.ts'

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

  test('keeps users apart, however their sign-ins interleave', async () => {
    const { signIn, store } = await createHarness()
    const logins = ['alice', 'bob', 'alice', 'bob'] as const
    const signedIn = await Promise.all(logins.map((login) => signIn({ login })))
    const users = await Promise.all(signedIn.map(({ userId }) => store.users.find(userId)))
    expect(users.map((user) => user?.login)).toEqual(logins)
    expect(new Set(users.map((user) => user?.id)).size).toBe(2)
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

  test('leaves no secret in the log', async () => {
    const harness = await createHarness()
    const [browser, client] = [harness.openBrowser(), await harness.registerClient()]
    const consent = await openAuthorization(browser, client)
    const secrets = [...consent.html.matchAll(/value="([\w-]{43})"/g)].map(([, token = '']) => token)
    secrets.push(...browser.cookies.map(({ value }) => value))
    const atForgejo = await approve(consent, 'full')
    const { url } = await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password' })
    const code = new URL(url).searchParams.get('code') ?? ''
    const tokens = (await (await client.exchange(code)).json()) as TokenReply
    await client.exchange(code)
    const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
    await client.refresh(tokens.refresh_token)
    const { userId } = await harness.signIn({ login: 'alice', client })
    const first = await harness.runner.renewCredential(userId)
    const second = await harness.runner.renewCredential(userId)
    secrets.push(code, tokens.access_token, tokens.refresh_token, renewed.access_token, renewed.refresh_token)
    secrets.push(first.accessToken ?? '', second.accessToken ?? '', 'alice-password', 'broker-secret', 'the client’s own state')
    const events = harness.log.events.map(({ event }) => event)
    expect(events).toEqual(
      expect.arrayContaining(['sign_in_begun', 'consent_given', 'user_signed_in', 'code_exchanged', 'credential_renewed']),
    )
    expect(secrets.every((secret) => secret.length > 10)).toBe(true)
    expect(secrets.filter((secret) => harness.log.text.includes(secret))).toEqual([])
  })
})
