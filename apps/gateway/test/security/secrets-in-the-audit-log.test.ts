import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../src/store/libsql/testing/database.ts'
import { createHarness } from '../harness.ts'
import { codeVerifier, type TokenReply } from '../oauth/oauth-client.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'

test('leaves no secret in the audit log, neither in its rows nor in its lines', async () => {
  const { db, store } = await openTestDatabase()
  const harness = await createHarness({ wrapStore: () => store })
  const secrets = new Set(['alice-password', 'broker-secret', 'the client’s own state', codeVerifier])
  const keep = ({ access_token, refresh_token }: TokenReply): void => void secrets.add(access_token).add(refresh_token)

  const client = await harness.registerClient({ token_endpoint_auth_method: 'client_secret_basic' })
  secrets.add(client.secret ?? '')
  const browser = harness.openBrowser()
  const consent = await openAuthorization(browser, client)
  for (const [, token = ''] of consent.html.matchAll(/value="([\w-]{43})"/g)) secrets.add(token)
  const atForgejo = await approve(consent, 'full')
  for (const { value } of browser.cookies) secrets.add(value)
  const { url } = await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password' })
  const code = new URL(url).searchParams.get('code') ?? ''
  secrets.add(code)

  const first = (await (await client.exchange(code)).json()) as TokenReply
  const second = (await (await client.refresh(first.refresh_token)).json()) as TokenReply
  harness.clock.nowMs += 60_000
  await client.refresh(first.refresh_token)
  await client.exchange(code)
  const again = await harness.signIn({ login: 'alice', client })
  const revocation = { client_id: client.id, client_secret: client.secret ?? '', token: again.tokens.access_token }
  await harness.fetch(new Request('https://mcp.example.test/oauth/revoke', { method: 'POST', body: new URLSearchParams(revocation) }))
  const credential = await store.credentials.find(again.userId)
  if (credential === undefined || credential.state === 'unreadable') throw new Error('there is no credential')
  secrets.add(credential.accessToken).add(credential.refreshToken)
  harness.forgejo.revokeGrant('alice')
  harness.runner.rejectCredential({ userId: again.userId, generation: credential.generation })
  for (const tokens of [first, second, again.tokens]) keep(tokens)

  await harness.settled()
  const rows = await db.all<{ readonly type: string }>(sql`SELECT * FROM audit_events`)
  const types = new Set(rows.map(({ type }) => type))
  expect([...types].toSorted()).toEqual([
    'client_registered',
    'consent_given',
    'credential_died',
    'refresh_token_reused',
    'tokens_issued',
    'tokens_refreshed',
    'tokens_revoked',
    'user_signed_in',
  ])
  expect([...secrets].filter((secret) => secret.length < 10)).toEqual([])
  const written = JSON.stringify(rows) + harness.log.text
  expect([...secrets].filter((secret) => written.includes(secret))).toEqual([])
})
