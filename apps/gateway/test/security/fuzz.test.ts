import { signInWithForgejo } from '@fjmcp-broker/testkit/forgejo/sign-in-with-forgejo'
import { sql } from 'drizzle-orm'
import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../src/store/libsql/testing/database.ts'
import { bytes, createChange, headerText, type RawRequest, toRequest } from './fuzz/raw-request.ts'
import { createHarness, type Harness } from '../harness.ts'
import { initializeRequest, toolCall } from '../mcp/mcp-endpoint.ts'
import { approve } from '../oauth/sign-in.ts'

const publicUrl = 'https://mcp.example.test'
const form = 'application/x-www-form-urlencoded'
const oauthPaths = ['register', 'authorize', 'consent', 'token', 'revoke', 'callback', 'unknown'].map((name) => `/oauth/${name}`)
const metadataPaths = ['oauth-authorization-server', 'oauth-protected-resource', 'oauth-protected-resource/mcp', 'unknown']
const endpoints = [...oauthPaths, ...metadataPaths.map((name) => `/.well-known/${name}`), '/mcp']

test('random bytes at any endpoint are refused and leave nothing behind', async () => {
  const { harness, countRows } = await createFuzzed()
  const before = await countRows()
  await fc.assert(
    fc.asyncProperty(randomRequest(fc.constantFrom(...endpoints)), async (request) => {
      await send(harness, request)
    }),
    { seed: 1, numRuns: 1_500 },
  )
  expect(await countRows()).toEqual(before)
})

test('random bytes with a valid token are refused and leave nothing behind', async () => {
  const { harness, countRows } = await createFuzzed()
  const { tokens } = await harness.signIn({ login: 'alice' })
  const before = await countRows()
  const authorization = `Bearer ${tokens.access_token}`
  await fc.assert(
    fc.asyncProperty(randomRequest(fc.constant('/mcp')), async (request) => {
      await send(harness, { ...request, method: 'POST', headers: { ...request.headers, ...mcpHeaders, authorization } })
    }),
    { seed: 2, numRuns: 1_000 },
  )
  expect(await countRows()).toEqual(before)
})

test('a real request with anything changed fails for no fault of ours, and adds rows only where the answer says so', async () => {
  const { harness, countRows } = await createFuzzed()
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), createChange()), { minLength: 50, maxLength: 100 }), async (changes) => {
      const requests = await recordRequests(harness)
      const before = await countRows()
      const answers: Answer[] = []
      for (const [place, change] of changes) {
        const request = requests[place % requests.length]
        if (request === undefined) continue
        const changed = change(request)
        const response = await send(harness, changed)
        answers.push({
          target: `${changed.method} ${changed.path}`,
          status: response.status,
          hasSession: response.headers.has('mcp-session-id'),
        })
      }
      for (const { status, target } of answers) seen.add(`${status} ${target}`)
      expect(excess(before, await countRows(), answers)).toEqual([])
    }),
    { seed: 3, numRuns: 20 },
  )
  const posts = ['200 POST /mcp', '202 POST /mcp', '201 POST /oauth/register', '200 POST /oauth/token', '200 POST /oauth/revoke']
  const successes = [...posts, '200 GET /oauth/authorize', '303 GET /oauth/callback']
  expect([...seen]).toEqual(expect.arrayContaining(successes))
})

interface Answer {
  readonly target: string
  readonly status: number
  readonly hasSession: boolean
}

/** The tables that got more rows than were acknowledged. */
function excess(before: RowCounts, after: RowCounts, answers: readonly Answer[]): readonly string[] {
  const count = (target: string, status: number) => answers.filter((answer) => answer.target === target && answer.status === status).length
  const signedIn = count('GET /oauth/callback', 303)
  const issued = count('POST /oauth/token', 200)
  const allowed: RowCounts = {
    clients: count('POST /oauth/register', 201),
    sign_ins: count('GET /oauth/authorize', 200),
    users: signedIn,
    credentials: signedIn,
    grants: signedIn,
    authorization_codes: signedIn,
    access_tokens: issued,
    refresh_tokens: issued,
    sessions: answers.filter(({ hasSession }) => hasSession).length,
    // A family that the real requests belong to may be ended besides, each once.
    audit_events: count('POST /oauth/register', 201) + 2 * signedIn + issued + count('POST /oauth/revoke', 200) + realFamilies,
  }
  const succeeded = answers.filter(({ status }) => status < 400).length
  return Object.keys(after).filter((table) => (after[table] ?? 0) - (before[table] ?? 0) > (allowed[table] ?? succeeded))
}

/** Else most of the requests would be refused before anything of them is read. */
const noLimits = Object.fromEntries(
  ['REGISTRATIONS', 'SIGN_INS', 'TOKEN_REQUESTS', 'FAILED_TOKENS'].map((name) => [`FJMCP_BROKER_${name}_PER_MINUTE`, '100000']),
)

interface Fuzzed {
  readonly harness: Harness
  readonly countRows: () => Promise<RowCounts>
}

type RowCounts = Readonly<Record<string, number>>

async function createFuzzed(): Promise<Fuzzed> {
  const { db, store } = await openTestDatabase()
  const harness = await createHarness({ wrapStore: () => store, environment: noLimits })
  return {
    harness,
    async countRows() {
      await harness.settled()
      const tables = await db.all<{ readonly name: string }>(sql`SELECT name FROM sqlite_schema WHERE type = 'table'`)
      const counts = tables.map(async ({ name }) => {
        const row = await db.get<{ readonly count: number }>(sql`SELECT count(*) AS count FROM ${sql.identifier(name)}`)
        return [name, row.count] as const
      })
      return Object.fromEntries(await Promise.all(counts))
    },
  }
}

/** Sends it and reads the answer to its end, if it has one. Fails for an answer that a fault of ours brought about. */
async function send(harness: Harness, request: RawRequest): Promise<Response> {
  const response = await harness.fetch(toRequest(publicUrl, request))
  const isEndless = request.method === 'GET' && response.headers.get('content-type') === 'text/event-stream'
  await (isEndless ? response.body?.cancel() : response.text())
  expect(response.status).toBeLessThan(500)
  expect(harness.log.events.filter(({ level }) => level === 'error')).toEqual([])
  return response
}

const mcpHeaders = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

function randomRequest(path: fc.Arbitrary<string>): fc.Arbitrary<RawRequest> {
  return fc.record({
    method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'),
    path,
    query: fc.oneof(fc.constant(''), anyText()),
    headers: fc.record(
      {
        'content-type': fc.oneof(fc.constantFrom(form, 'application/json', 'multipart/form-data'), headerText),
        authorization: fc.oneof(
          headerText,
          headerText.map((text) => `Bearer ${text}`),
        ),
        cookie: headerText,
        origin: fc.oneof(fc.constantFrom(publicUrl, 'null'), headerText),
        'mcp-session-id': headerText,
        accept: fc.oneof(fc.constant(mcpHeaders.accept), headerText),
        host: headerText,
        'content-length': headerText,
        'x-forwarded-for': headerText,
      },
      { requiredKeys: [] },
    ),
    body: bytes,
  })
}

/** How many sign-ins the real requests come of. */
const realFamilies = 3

/** One real request to each endpoint, none of them sent yet. */
async function recordRequests(harness: Harness): Promise<readonly RawRequest[]> {
  const { client, tokens } = await harness.signIn({ login: 'alice', level: 'full' })
  const { tokens: revoked } = await harness.signIn({ login: 'alice', client })
  const { tokens: used } = await harness.signIn({ login: 'alice', level: 'full' })
  const browser = harness.openBrowser()
  const stopAt = (url: string) => url.startsWith(`${publicUrl}/oauth/callback`)
  const consent = await browser.open(client.authorizeUrl(), { stopAt })
  const callback = new URL((await signInWithForgejo(await approve(consent, 'read'), { login: 'bob', password: 'bob-password' })).url)
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const authorize = new URL(client.authorizeUrl())
  const metadata = { client_name: 'Client', redirect_uris: ['http://localhost/cb'], grant_types: ['authorization_code'], scope: 'read' }
  const mcp = { ...mcpHeaders, authorization: `Bearer ${used.access_token}` }
  const opened = await harness.fetch(toRequest(publicUrl, post('/mcp', mcp, JSON.stringify(initializeRequest()))))
  const inSession = { ...mcp, 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  const listing = { jsonrpc: '2.0', id: 7, method: 'tools/list', params: { _meta: { progressToken: 'p' } } }
  const cancelling = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7, reason: 'late' } }
  return [
    get('/oauth/authorize', authorize.search, {}),
    get('/oauth/callback', callback.search, { cookie }),
    get('/.well-known/oauth-protected-resource/mcp', '', {}),
    post('/oauth/register', { 'content-type': 'application/json' }, JSON.stringify(metadata)),
    postForm('/oauth/token', { grant_type: 'refresh_token', client_id: client.id, refresh_token: tokens.refresh_token, scope: 'read' }),
    postForm('/oauth/token', { grant_type: 'authorization_code', client_id: client.id, code: 'c', code_verifier: 'v'.repeat(43) }),
    postForm('/oauth/revoke', { client_id: client.id, token: revoked.access_token, token_type_hint: 'access_token' }),
    ...[initializeRequest(), toolCall(1), listing, cancelling].map((message) => post('/mcp', inSession, JSON.stringify(message))),
    post('/mcp', mcpHeaders, JSON.stringify(initializeRequest())),
  ]
}

function get(path: string, query: string, headers: RawRequest['headers']): RawRequest {
  return { method: 'GET', path, query, headers, body: new Uint8Array() }
}

function post(path: string, headers: RawRequest['headers'], body: string): RawRequest {
  return { method: 'POST', path, query: '', headers, body: new TextEncoder().encode(body) }
}

function postForm(path: string, values: Readonly<Record<string, string>>): RawRequest {
  return post(path, { 'content-type': form }, `${new URLSearchParams(values)}`)
}
