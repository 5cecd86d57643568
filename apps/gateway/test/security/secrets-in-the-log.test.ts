import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import type { TokenReply } from '../oauth/oauth-client.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'

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
    expect.arrayContaining(['sign_in_begun', 'consent_given', 'user_signed_in', 'tokens_issued', 'credential_renewed']),
  )
  expect(secrets.every((secret) => secret.length > 10)).toBe(true)
  expect(secrets.filter((secret) => harness.log.text.includes(secret))).toEqual([])
})
