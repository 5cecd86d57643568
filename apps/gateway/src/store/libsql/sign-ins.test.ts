import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openMemoryStore } from '../memory-store.ts'
import type { SignIn } from '../sign-in-store.ts'
import type { Store } from '../store.ts'
import { makeClient } from './testing/client.ts'
import { openTestDatabase } from './testing/database.ts'

const signIn: SignIn = {
  id: 'sig_1',
  browserHash: 'browser',
  csrfHash: 'csrf',
  clientId: 'cli_1',
  redirectUri: 'http://127.0.0.1/callback',
  clientState: 'state of the client',
  codeChallenge: 'challenge',
  resource: 'https://broker.test/mcp',
  requestedLevel: 'full',
  expiresAtMs: 1_000,
}
const consent = {
  id: 'sig_1',
  browserHash: 'browser',
  grantedLevel: 'read',
  upstreamStateHash: 'upstream state',
  upstreamCodeVerifier: 'verifier',
  nowMs: 999,
} as const
const callback = { upstreamStateHash: 'upstream state', browserHash: 'browser', nowMs: 999 }

test('a sign-in waits for consent, is approved, and is taken out with the level that the user chose', async () => {
  const { signIns } = await openWithSignIn()
  expect(await signIns.find('sig_1')).toEqual(signIn)
  expect(await signIns.approve(consent)).toBe(true)
  expect(await signIns.take(callback)).toEqual({ ...signIn, grantedLevel: 'read', upstreamCodeVerifier: 'verifier' })
  expect(await signIns.find('sig_1')).toBeUndefined()
})

test('of those that are under way the newest fifty thousand are kept', async () => {
  const { db, store } = await openTestDatabase()
  await store.clients.insert(makeClient({ id: 'cli_1' }))
  await db.run(sql`
    INSERT INTO sign_ins (id, browser_hash, csrf_hash, client_id, redirect_uri, code_challenge, resource, requested_level, expires_at_ms)
    SELECT 'sig_' || value, 'browser', 'csrf', 'cli_1', 'uri', 'challenge', 'resource', 'read', 1000 + value
    FROM json_each(${JSON.stringify([...Array(50_003).keys()])})`)
  expect(await store.purge(0)).toBe(3)
  const found = await Promise.all(['sig_2', 'sig_3'].map((id) => store.signIns.find(id)))
  expect(found.map((kept) => kept?.id)).toEqual([undefined, 'sig_3'])
  expect(await store.purge(0)).toBe(0)
})

test('an expired one is still found, so that the page can say so', async () => {
  const { signIns } = await openWithSignIn()
  expect(await signIns.approve({ ...consent, nowMs: 1_000 })).toBe(false)
  expect(await signIns.find('sig_1')).toEqual(signIn)
})

test('of approvals at once for different levels exactly one succeeds', async () => {
  const { signIns } = await openWithSignIn()
  const approvals = accessLevels.map((grantedLevel) => signIns.approve({ ...consent, grantedLevel, upstreamStateHash: grantedLevel }))
  expect((await Promise.all(approvals)).filter(Boolean)).toHaveLength(1)
})

test('the same approval may come twice: then the last state alone leads on', async () => {
  const { signIns } = await openWithSignIn()
  expect(await signIns.approve({ ...consent, upstreamStateHash: 'first state', upstreamCodeVerifier: 'first verifier' })).toBe(true)
  expect(await signIns.approve(consent)).toBe(true)
  expect(await signIns.take({ ...callback, upstreamStateHash: 'first state' })).toBeUndefined()
  expect(await signIns.take(callback)).toMatchObject({ grantedLevel: 'read', upstreamCodeVerifier: 'verifier' })
  expect(await signIns.approve(consent)).toBe(false)
})

test('of 50 callbacks at once exactly one takes the sign-in', async () => {
  const { signIns } = await openWithSignIn()
  await signIns.approve(consent)
  const taken = await Promise.all(Array.from({ length: 50 }, () => signIns.take(callback)))
  expect(taken.filter((one) => one !== undefined)).toHaveLength(1)
})

test('one that was denied cannot be approved, nor the other way round', async () => {
  const { signIns } = await openWithSignIn()
  expect(await signIns.deny(consent)).toBe(true)
  expect(await signIns.deny(consent)).toBe(false)
  expect(await signIns.approve(consent)).toBe(false)
  await signIns.insert({ ...signIn, id: 'sig_2' })
  expect(await signIns.approve({ ...consent, id: 'sig_2' })).toBe(true)
  expect(await signIns.deny({ ...consent, id: 'sig_2' })).toBe(false)
})

test('another browser can neither decide nor take, and uses nothing up by trying', async () => {
  const { signIns } = await openWithSignIn()
  const elsewhere = { browserHash: 'another browser' }
  expect(await signIns.approve({ ...consent, ...elsewhere })).toBe(false)
  expect(await signIns.deny({ ...consent, ...elsewhere })).toBe(false)
  expect(await signIns.approve(consent)).toBe(true)
  expect(await signIns.take({ ...callback, ...elsewhere })).toBeUndefined()
  expect(await signIns.take(callback)).toBeDefined()
})

test('one cannot be taken after its time, nor with an unknown state', async () => {
  const { signIns } = await openWithSignIn()
  await signIns.approve(consent)
  expect(await signIns.take({ ...callback, nowMs: 1_000 })).toBeUndefined()
  expect(await signIns.take({ ...callback, upstreamStateHash: 'unknown' })).toBeUndefined()
})

async function openWithSignIn(): Promise<Store> {
  const store = await openMemoryStore(() => 1)
  await store.clients.insert(makeClient({ id: 'cli_1', redirectUris: [signIn.redirectUri] }))
  await store.signIns.insert(signIn)
  return store
}
