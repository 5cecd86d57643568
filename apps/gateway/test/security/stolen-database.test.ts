import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Browser } from '@fjmcp-broker/testkit/browser'
import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { expect, test } from 'vitest'
import { takeUpKeys } from '../../src/flows/keys/take-up-keys.ts'
import { backUpToFile, backUpToStream } from '../../src/store/libsql/backup/back-up.ts'
import { fileLocation } from '../../src/store/libsql/testing/file-location.ts'
import { openStoreFile } from '../../src/store/libsql/testing/open-file.ts'
import { makeKey, type TestKeys } from '../../src/store/libsql/testing/sealer.ts'
import { makeTemporaryFolder } from '../../src/store/libsql/testing/temporary-folder.ts'
import type { Store } from '../../src/store/store.ts'
import type { Forgejo } from '../../src/upstream/forgejo.ts'
import { createHarness, type Harness } from '../harness.ts'
import { codeVerifier, type OAuthClient, type TokenReply } from '../oauth/oauth-client.ts'
import { approve, openAuthorization } from '../oauth/sign-in.ts'
import { collectSecrets, type CollectedSecrets } from './stolen-database/collect-secrets.ts'
import { findTraces } from './stolen-database/find-traces.ts'

const secrets = ['broker-secret'] as const
const former = makeKey('former', 0xd1)
const current = makeKey('current', 0xd2)

test.each<{ readonly sealedWith: string; readonly keys: TestKeys; readonly next: TestKeys }>([
  { sealedWith: 'the client secret', keys: { secrets }, next: { secrets, encryptionKeys: [current] } },
  { sealedWith: 'a key of its own', keys: { secrets, encryptionKeys: [former] }, next: { secrets, encryptionKeys: [current, former] } },
])('no file and no backup ever has a secret in it, sealed with $sealedWith', async ({ keys, next }) => {
  const path = join(makeTemporaryFolder(), 'broker.db')
  const { loot, steal } = createThief(path)
  const known = collectSecrets()
  known.add('broker-secret', 'alice-password', codeVerifier)
  for (const { bytes } of [former, current]) known.add(bytes.toBase64())

  const store = await openStoreFile(path, keys)
  const harness = await createHarness({ wrapStore: () => store, wrapForgejo: (forgejo) => watchForgejo(forgejo, known) })
  const client = await harness.registerClient({ token_endpoint_auth_method: 'client_secret_post' })
  known.add(client.secret ?? '')

  const first = await signIn({ harness, client, known, steal })
  await openSession(harness, first.access_token, known)
  const second = await refresh(client, first.refresh_token, known)
  await steal('the refresh')
  expect((await refresh(client, first.refresh_token, known)).access_token).toBe(second.access_token)
  const third = await refresh(client, second.refresh_token, known)
  harness.clock.nowMs += 60_000
  expect((await client.refresh(first.refresh_token)).status).toBe(400)
  await steal('the reuse')

  const again = await signIn({ harness, client, known, steal })
  const { userId } = (await store.tokens.findAccess(hash('sha256', again.access_token, 'base64url'))) ?? { userId: '' }
  expect((await harness.runner.renewCredential(userId)).accessToken).toMatch(/^\S+$/)
  await steal('the renewal at Forgejo')
  await revoke(harness, { client, token: again.refresh_token })
  await harness.settled()
  await store.purge(harness.clock.nowMs + 365 * 86_400_000)
  await steal('revocation and purge')
  await store.close()
  await steal('the stop')
  await rotate(path, next)
  await steal('the change of the key')

  expect(known.list().length).toBeGreaterThanOrEqual(25)
  // What was stolen is what was written: every token is there as a hash.
  const everything = Buffer.concat(loot.map(({ bytes }) => bytes)).toString('latin1')
  for (const { access_token: token } of [first, second, third, again]) expect(everything).toContain(hash('sha256', token, 'base64url'))
  expect(new Set(loot.map(({ name }) => name))).toEqual(
    new Set(['broker.db', 'broker.db-wal', 'broker.db-shm', 'broker.lock', 'broker.lock-journal', 'backup', 'streamed backup']),
  )
  const different = [...new Map(loot.map((piece) => [hash('sha256', piece.bytes), piece])).values()]
  expect(different.flatMap(({ after, name, bytes }) => findTraces(bytes, known.list()).map((trace) => ({ after, name, trace })))).toEqual(
    [],
  )
})

test.each([
  ['as it is', (secret: string) => Buffer.from(secret)],
  ['in a longer text', (secret: string) => Buffer.from(`{"token":"${secret}"}`)],
  ['in part', (secret: string) => Buffer.from(secret.slice(3, 27))],
  ['in base64', (secret: string) => Buffer.from(Buffer.from(`x${secret}y`).toString('base64'))],
  ['in base64url', (secret: string) => Buffer.from(Buffer.from(`${secret}?>`).toString('base64url'))],
  ['in hexadecimal digits', (secret: string) => Buffer.from(Buffer.from(secret).toString('hex').toUpperCase())],
  ['as the bytes that it stands for', (secret: string) => Buffer.from(secret.slice(7), 'base64url')],
])('a secret would be found %s', (_, hide) => {
  const secret = `fjb_at_${Buffer.from(hash('sha256', 'any', 'buffer')).toString('base64url')}`
  expect(findTraces(Buffer.concat([Buffer.from('before'), hide(secret), Buffer.from('after')]), [secret])).toHaveLength(1)
})

interface Loot {
  readonly after: string
  readonly name: string
  readonly bytes: Buffer
}

/** Takes all files of the database at any time, and backups. What a backup leaves for a moment in the folder is what it sends. */
function createThief(path: string) {
  const loot: Loot[] = []
  const folder = dirname(path)
  return {
    loot,
    steal: async (after: string): Promise<void> => {
      for (const name of readdirSync(folder)) loot.push({ after, name, bytes: readFileSync(join(folder, name)) })
      const options = { location: fileLocation(path), stopping: new AbortController().signal, nowMs: 1 }
      const backup = join(makeTemporaryFolder(), 'backup')
      const output = new PassThrough()
      const [toFile, toStream, streamed] = await Promise.all([
        backUpToFile({ ...options, path: backup }),
        backUpToStream({ ...options, output, onUnnamed: () => {} }),
        buffer(output),
      ])
      expect([toFile.ok, toStream.ok]).toEqual([true, true])
      loot.push({ after, name: 'backup', bytes: readFileSync(backup) }, { after, name: 'streamed backup', bytes: streamed })
    },
  }
}

/** Signs alice in and keeps every secret on the way. */
async function signIn({
  harness,
  client,
  known,
  steal,
}: {
  readonly harness: Harness
  readonly client: OAuthClient
  readonly known: CollectedSecrets
  readonly steal: (after: string) => Promise<void>
}): Promise<TokenReply> {
  const browser = harness.openBrowser()
  const consent = await openAuthorization(browser, client)
  known.add(...[...consent.html.matchAll(/value="([\w-]{43})"/g)].map(([, token = '']) => token))
  await steal('the consent page')
  const atForgejo = await approve(consent, 'full')
  known.add(...ownCookies(browser))
  await steal('consent')
  const { url } = await signInWithForgejo(atForgejo, { login: 'alice', password: 'alice-password' })
  const code = new URL(url).searchParams.get('code') ?? ''
  known.add(code, ...ownCookies(browser))
  await steal('the way back to the client')
  const reply = await client.exchange(code)
  const tokens = await readTokens(reply, known)
  await steal('the exchange')
  return tokens
}

function ownCookies({ cookies }: Browser): readonly string[] {
  return cookies.filter(({ name }) => name.startsWith('__Host-')).map(({ value }) => value)
}

async function refresh(client: OAuthClient, token: string, known: CollectedSecrets): Promise<TokenReply> {
  return readTokens(await client.refresh(token), known)
}

async function readTokens(reply: Response, known: CollectedSecrets): Promise<TokenReply> {
  expect(reply.status).toBe(200)
  const tokens = (await reply.json()) as TokenReply
  known.add(tokens.access_token, tokens.refresh_token)
  return tokens
}

async function openSession({ fetch, settings }: Harness, token: string, known: CollectedSecrets): Promise<void> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'thief', version: '1' } }
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream', 'content-type': 'application/json' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
  const response = await fetch(new Request(`${settings.publicUrl}/mcp`, { method: 'POST', headers, body }))
  known.add(response.headers.get('mcp-session-id') ?? '')
}

async function revoke(
  { fetch, settings }: Harness,
  { client, token }: { readonly client: OAuthClient; readonly token: string },
): Promise<void> {
  const body = new URLSearchParams({ token, client_id: client.id, client_secret: client.secret ?? '' })
  expect((await fetch(new Request(`${settings.publicUrl}/oauth/revoke`, { method: 'POST', body }))).status).toBe(200)
}

/** Starts with another key and seals everything with it. */
async function rotate(path: string, keys: TestKeys): Promise<void> {
  const store: Store = await openStoreFile(path, keys)
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  await takeUpKeys({ store, log, record: () => {}, stopping: new AbortController().signal })
  expect(await store.keys.uses()).toEqual([{ keyId: store.keys.loaded[0].id, rows: 1 }])
  await store.close()
}

function watchForgejo(forgejo: Forgejo, known: CollectedSecrets): Forgejo {
  const keepTokens = <Answer extends Awaited<ReturnType<Forgejo['refresh']>>>(answer: Answer): Answer => {
    if (answer.ok) known.add(answer.value.accessToken, answer.value.refreshToken)
    return answer
  }
  return {
    ...forgejo,
    authorizationUrl(request) {
      // What stands before the dot names the sign-in and is no secret.
      known.add(request.codeVerifier, ...request.state.split('.').slice(1))
      return forgejo.authorizationUrl(request)
    },
    async exchangeCode(request) {
      known.add(request.code)
      return keepTokens(await forgejo.exchangeCode(request))
    },
    refresh: async (token) => keepTokens(await forgejo.refresh(token)),
  }
}
