import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { describe, expect, test } from 'vitest'
import type { AuditEventType } from '../src/domain/audit/audit-event.ts'
import type { StoredAuditEvent } from '../src/store/audit-store.ts'
import { type Store, StoreFailure } from '../src/store/store.ts'
import { createHarness, type Harness } from './harness.ts'
import { mcpStatus } from './oauth/mcp-status.ts'
import type { TokenReply } from './oauth/oauth-client.ts'
import { approve, openAuthorization } from './oauth/sign-in.ts'

const publicUrl = 'https://mcp.example.test'

async function readAudit({ store, settled }: Harness): Promise<readonly StoredAuditEvent[]> {
  await settled()
  return store.auditEvents.listNewest({}, 1_000)
}

async function readTypes(harness: Harness): Promise<readonly AuditEventType[]> {
  const events = await readAudit(harness)
  return events.map(({ type }) => type)
}

function post({ fetch }: Harness, path: string, values: Readonly<Record<string, string>>) {
  return fetch(new Request(publicUrl + path, { method: 'POST', body: new URLSearchParams(values) }))
}

describe('the audit log keeps', () => {
  test('a sign-in: who, which client, which grant, how much, one after the other', async () => {
    const harness = await createHarness()
    const { client, userId } = await harness.signIn({ login: 'alice', level: 'write' })
    const events = await readAudit(harness)
    const ofClient = { clientId: client.id, clientName: 'Test Client', atMs: harness.clock.nowMs }
    const ofAlice = { ...ofClient, userId, userLogin: 'alice' }
    const grantId = events.at(-1)?.grantId
    expect(grantId).toMatch(/^gra_/)
    expect(events).toMatchObject([
      { type: 'client_registered', ...ofClient, userId: null, grantId: null, details: { redirectUris: [client.redirectUri] } },
      { type: 'user_signed_in', ...ofAlice, details: { signInId: expect.stringMatching(/^sig_/) } },
      { type: 'consent_given', ...ofAlice, grantId, details: { accessLevel: 'write' } },
      { type: 'tokens_issued', ...ofAlice, grantId, details: { accessLevel: 'write', familyId: expect.stringMatching(/^fam_/) } },
    ])
    for (const { id } of events) expect(id).toMatch(/^aud_/)
  })

  test('where it came from', async () => {
    const harness = await createHarness()
    const metadata = { client_name: 'Editor', redirect_uris: ['https://client.example/callback'] }
    const headers = { 'content-type': 'application/json' }
    const request = new Request(`${publicUrl}/oauth/register`, { method: 'POST', headers, body: JSON.stringify(metadata) })
    await harness.fetch(request, { address: '192.0.2.7' })
    expect(await readAudit(harness)).toMatchObject([{ type: 'client_registered', address: '192.0.2.7' }])
  })

  test('a denial on the consent page, and one at Forgejo', async () => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    const consent = await openAuthorization(harness.openBrowser(), client)
    await consent.submit({}, 'deny')
    const atForgejo = await approve(await openAuthorization(harness.openBrowser(), client), 'read')
    await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password', decision: 'deny' })
    const denials = (await readAudit(harness)).slice(1)
    expect(denials).toMatchObject([
      { type: 'consent_denied', clientId: client.id, userId: null, details: { at: 'consent_page' } },
      { type: 'consent_denied', clientId: client.id, userId: null, details: { at: 'forgejo' } },
    ])
  })

  test('a refresh, and once that others got its answer too', async () => {
    const harness = await createHarness()
    const { client, tokens, userId } = await harness.signIn({ login: 'alice' })
    await Promise.all(Array.from({ length: 5 }, () => client.refresh(tokens.refresh_token)))
    const refreshes = (await readAudit(harness)).slice(4)
    const ofAlice = { type: 'tokens_refreshed', userId, userLogin: 'alice', clientId: client.id }
    expect(refreshes).toMatchObject([ofAlice, { ...ofAlice, details: { repeated: true, otherAddress: false } }])
    expect(refreshes[0]?.details).toEqual({ familyId: refreshes[1]?.details?.['familyId'] })
  })

  test('a refresh token that comes back, and with it the end of its family', async () => {
    const harness = await createHarness()
    const { client, tokens, userId } = await harness.signIn({ login: 'alice' })
    await client.refresh(tokens.refresh_token)
    harness.clock.nowMs += 60_000
    await client.refresh(tokens.refresh_token)
    expect((await readAudit(harness)).at(-1)).toMatchObject({ type: 'refresh_token_reused', userId, clientId: client.id })
    expect(harness.log.events.filter(({ event }) => event === 'refresh_token_reused')).toMatchObject([{ level: 'warn' }])
  })

  test('a revocation, and none of what had ended before', async () => {
    const harness = await createHarness()
    const { client, tokens, userId } = await harness.signIn({ login: 'alice' })
    for (const token of [tokens.refresh_token, tokens.refresh_token, 'unknown']) {
      await post(harness, '/oauth/revoke', { client_id: client.id, token })
    }
    const revocations = (await readAudit(harness)).slice(4)
    expect(revocations).toMatchObject([{ type: 'tokens_revoked', userId, clientId: client.id }])
  })

  test('a credential that died, which nobody asked for from anywhere', async () => {
    const harness = await createHarness()
    const { userId } = await harness.signIn({ login: 'alice' })
    harness.forgejo.revokeGrant('alice')
    harness.runner.rejectCredential({ userId, generation: 1 })
    expect((await readAudit(harness)).at(-1)).toMatchObject({ type: 'credential_died', userId, userLogin: 'alice', address: null })
  })

  test('a sign-in at Forgejo even where no grant comes of it', async () => {
    const failing = async () => {
      throw new StoreFailure('full')
    }
    const harness = await createHarness({ wrapStore: (store) => ({ ...store, grants: { ...store.grants, consent: failing } }) })
    const client = await harness.registerClient()
    const atForgejo = await approve(await openAuthorization(harness.openBrowser(), client), 'read')
    await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password' })
    expect(await readTypes(harness)).toEqual(['client_registered', 'user_signed_in'])
  })
})

test('every event is one line of the log, told apart by `audit`', async () => {
  const harness = await createHarness()
  const { client, tokens } = await harness.signIn({ login: 'alice' })
  await client.refresh(tokens.refresh_token)
  const events = await readAudit(harness)
  const lines = harness.log.events.filter(({ fields }) => fields['audit'] === true)
  expect(lines.map(({ event, fields }) => [event, fields['auditId']])).toEqual(events.map(({ type, id }) => [type, id]))
  const types = new Set<string>(events.map(({ type }) => type))
  expect(harness.log.events.filter(({ event }) => types.has(event))).toEqual(lines)
})

test('an act whose event cannot be stored is done all the same, and the log has the event', async () => {
  const wrapStore = (store: Store): Store => {
    const insert = async () => {
      throw new StoreFailure('the database could not do what was asked: SQLITE_FULL')
    }
    return { ...store, auditEvents: { ...store.auditEvents, insert } }
  }
  const harness = await createHarness({ wrapStore })
  const { client, tokens } = await harness.signIn({ login: 'alice' })
  const renewed = (await (await client.refresh(tokens.refresh_token)).json()) as TokenReply
  expect(await mcpStatus(harness, renewed.access_token)).toBe(200)
  await harness.settled()
  const lost = harness.log.events.filter(({ event }) => event === 'audit_event_not_stored')
  expect(lost.map(({ fields }) => fields['type'])).toEqual([
    'client_registered',
    'user_signed_in',
    'consent_given',
    'tokens_issued',
    'tokens_refreshed',
  ])
})
