import { expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { createHarness, type Harness, type SignedIn } from '../harness.ts'
import { createMcpEndpoint, initializeRequest, toolCall } from '../mcp/mcp-endpoint.ts'
import { type OpenSession, openSession } from '../mcp/open-session.ts'
import { readAll, readStream } from '../mcp/read-stream.ts'
import { getCode } from '../oauth/get-code.ts'
import { mcpStatus } from '../oauth/mcp-status.ts'

const kinds = ['grant', 'client', 'user'] as const
type Kind = (typeof kinds)[number]

test.each(kinds)('an ended %s has no token that is good for the next request, and nobody else loses any', async (kind) => {
  const harness = await createHarness()
  const alice = await harness.signIn({ login: 'alice' })
  const bob = await harness.signIn({ login: 'bob' })
  const session = await openSession(harness, alice.tokens.access_token)
  expect(await (await end(harness, kind, alice)).json()).toMatchObject({
    ended: { grants: 1, tokens: 2, sessions: 1, childrenEnded: true },
  })
  const refused = await session.call(1)
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('error="invalid_token"')])
  expect(await mcpStatus(harness, alice.tokens.access_token)).toBe(401)
  const refreshed = await alice.client.refresh(alice.tokens.refresh_token)
  expect(await refreshed.json()).toMatchObject({ error: kind === 'client' ? 'invalid_client' : 'invalid_grant' })
  expect(await mcpStatus(harness, bob.tokens.access_token)).toBe(200)
  expect((await bob.client.refresh(bob.tokens.refresh_token)).status).toBe(200)
})

test.each(kinds)('a code of an ended %s that was not exchanged is refused', async (kind) => {
  const harness = await createHarness()
  const alice = await harness.signIn({ login: 'alice' })
  const code = await getCode(harness, alice.client)
  await end(harness, kind, alice)
  expect((await alice.client.exchange(code)).status).toBe(kind === 'client' ? 401 : 400)
})

test.each(kinds)('a call of an ended %s ends at once, at the child too, and its client gets the 401', async (kind) => {
  const harness = await createHarness()
  const { alice, session } = await connect(harness)
  const held = harness.runner.holdNextCall()
  const calling = session.call(1)
  const { cancelled } = await held.arrived
  await end(harness, kind, alice)
  expect((await calling).status).toBe(401)
  expect(cancelled.aborted).toBe(true)
  expect(await harness.runner.status()).toMatchObject({ sessions: 0, callsInFlight: 0 })
})

test.each(kinds)('open streams of an ended %s end at once, and a call on one says why', async (kind) => {
  const harness = await createHarness()
  const { alice, session } = await connect(harness)
  const bob = await connect(harness, 'bob')
  const [standalone, foreign] = [await session.listen(), readStream(await bob.session.listen())]
  const call = await callWithProgress(harness, session)
  await end(harness, kind, alice)
  expect((await readAll(standalone)).every(({ comment }) => comment !== undefined)).toBe(true)
  expect((await readAll(call)).at(-1)).toEqual({
    data: { jsonrpc: '2.0', id: 1, error: { code: -32_000, message: expect.stringContaining('access was ended') } },
  })
  expect(await foreign.next()).toMatchObject({ done: false })
  expect((await bob.session.call(1)).status).toBe(200)
  await foreign.return(undefined)
})

test('a user’s tokens at Forgejo leave the database and the runner', async () => {
  const harness = await createHarness()
  const { alice } = await connect(harness)
  expect(await harness.runner.renewCredential(alice.userId)).toMatchObject({ accessToken: expect.any(String) })
  await end(harness, 'user', alice)
  expect(await harness.store.credentials.find(alice.userId)).toBeUndefined()
  expect(await harness.store.accessListing.findUsers(alice.userId)).toEqual([])
  expect(harness.runner.credentialOf(alice.userId)).toMatchObject({ accessToken: null })
  const uses = harness.runner.uses.map(({ name }) => name)
  expect(uses.lastIndexOf('setCredential')).toBeLessThan(uses.lastIndexOf('end'))
})

test('a sign-in that is on its way to an ended client comes to nothing', async () => {
  const harness = await createHarness()
  const { alice } = await connect(harness)
  const browser = harness.openBrowser()
  const consent = await browser.open(alice.client.authorizeUrl())
  await end(harness, 'client', alice)
  const answer = await consent.submit({ access: 'read' }, 'approve')
  expect(answer.status).toBe(400)
})

test('a runner that is out of reach ends the child as soon as it hears', async () => {
  const harness = await createHarness()
  const { alice, session } = await connect(harness)
  const held = harness.runner.holdNextCall()
  const calling = session.call(1)
  const { cancelled } = await held.arrived
  harness.runner.setAvailable(false)
  expect(await (await end(harness, 'grant', alice)).json()).toMatchObject({ ended: { sessions: 1, childrenEnded: false } })
  await calling
  expect(cancelled.aborted).toBe(false)
  harness.runner.setAvailable(true)
  await harness.settled()
  expect(cancelled.aborted).toBe(true)
})

test.each(['revoked by its client', 'used twice'])(
  'a family of tokens that is %s ends its answers, and the session that nobody can use',
  async (how) => {
    const harness = await createHarness()
    const { alice, session } = await connect(harness)
    const standalone = await session.listen()
    const held = harness.runner.holdNextCall()
    const calling = session.call(1)
    const { cancelled } = await held.arrived
    await endFamily(harness, alice, how)
    expect((await calling).status).toBe(401)
    await readAll(standalone)
    await harness.settled()
    expect(cancelled.aborted).toBe(true)
    expect(await harness.runner.status()).toMatchObject({ sessions: 0 })
  },
)

test('a family of tokens that ends takes no answer and no session from another of the same grant', async () => {
  const harness = await createHarness()
  const first = await harness.signIn({ login: 'alice' })
  const second = await harness.signIn({ login: 'alice', client: first.client })
  const session = await openSession(harness, first.tokens.access_token)
  const other = session.as(second.tokens.access_token)
  const held = harness.runner.holdNextCall()
  const calling = other.call(1)
  await held.arrived
  await endFamily(harness, first, 'revoked by its client')
  expect((await session.call(2)).status).toBe(401)
  held.release()
  expect((await calling).status).toBe(200)
  expect((await other.call(3)).status).toBe(200)
})

test('a call whose body is still coming when its family of tokens ends is not begun, although the session lives on', async () => {
  const harness = await createHarness()
  const first = await harness.signIn({ login: 'alice' })
  await harness.signIn({ login: 'alice', client: first.client })
  const session = await openSession(harness, first.tokens.access_token)
  const body = new TransformStream<Uint8Array, Uint8Array>()
  const writer = body.writable.getWriter()
  const posting = session.post(body.readable)
  const bytes = new TextEncoder().encode(JSON.stringify(toolCall(1)))
  await writer.write(bytes.slice(0, 20))
  await endFamily(harness, first, 'revoked by its client')
  expect((await posting).status).toBe(401)
  await writer.write(bytes.slice(20))
  await writer.close()
  await harness.settled()
  expect(harness.runner.uses.filter(({ name }) => name === 'call')).toEqual([])
})

test('a token that is looked up while its family of tokens ends opens no stream', async () => {
  const held = holdLookUp()
  const harness = await createHarness({ wrapStore: held.wrapStore })
  const first = await harness.signIn({ login: 'alice' })
  const second = await harness.signIn({ login: 'alice', client: first.client })
  const session = await openSession(harness, second.tokens.access_token)
  const { arrived, release } = held.holdNext()
  const listening = session.as(first.tokens.access_token).listen()
  await arrived
  await endFamily(harness, first, 'revoked by its client')
  release()
  expect((await listening).status).toBe(401)
})

test('a session that is begun while its family of tokens ends leaves nothing behind', async () => {
  const [arrived, released, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<string>()]
  const mcp = createMcpEndpoint({
    store: {
      async insert() {
        arrived.resolve()
        await released.promise
        return []
      },
      async end(id) {
        ended.resolve(id)
        return true
      },
    },
  })
  const beginning = mcp.post(initializeRequest(), { token: mcp.token('alice') })
  await arrived.promise
  mcp.openAnswers.endWhere(() => true)
  expect((await beginning).status).toBe(401)
  released.resolve()
  expect(await ended.promise).toMatch(/^ses_/)
})

test('a session that ended with its family of tokens is not continued by a later sign-in', async () => {
  const harness = await createHarness()
  const { alice, session } = await connect(harness)
  await endFamily(harness, alice, 'revoked by its client')
  const again = await harness.signIn({ login: 'alice', client: alice.client })
  const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
  expect((await session.as(again.tokens.access_token).post(ping)).status).toBe(404)
})

test('a standalone stream lasts no longer than the token that opened it', async () => {
  const mcp = createMcpEndpoint({ timings: { keepAliveMs: 1 } })
  const alice = await mcp.open(mcp.token('alice'))
  const token = mcp.tokens.get(alice.token)
  if (typeof token !== 'object') throw new Error('no token')
  // The clock of the endpoint stands at 1,000.
  mcp.tokens.set('brief', { ...token, expiresAtMs: 1_005 })
  expect((await readAll(await mcp.get({ ...alice, token: 'brief' }))).every(({ comment }) => comment !== undefined)).toBe(true)
})

/** A store whose next look-up of a token is held after it was made. */
function holdLookUp() {
  let hold: (() => Promise<void>) | undefined
  const wrapStore = (store: Store): Store => ({
    ...store,
    tokens: {
      ...store.tokens,
      async findAccess(hash) {
        const found = await store.tokens.findAccess(hash)
        await hold?.()
        return found
      },
    },
  })
  return {
    wrapStore,
    holdNext() {
      const [arrived, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      hold = () => {
        hold = undefined
        arrived.resolve()
        return released.promise
      }
      return { arrived: arrived.promise, release: () => released.resolve() }
    },
  }
}

async function connect(harness: Harness, login = 'alice'): Promise<{ readonly alice: SignedIn; readonly session: OpenSession }> {
  const alice = await harness.signIn({ login })
  return { alice, session: await openSession(harness, alice.tokens.access_token) }
}

/** Ends access as the operator does. */
async function end({ admin, store }: Harness, kind: Kind, { client, userId }: SignedIn): Promise<Response> {
  const { rows } = await store.accessListing.grants({ userId }, { limit: 1, nowMs: 0 })
  const id = { grant: rows[0]?.id, client: client.id, user: userId }[kind]
  return admin(new Request(`http://admin/${kind}s/${id}`, { method: 'DELETE' }))
}

async function endFamily({ fetch, settings, clock }: Harness, { client, tokens }: SignedIn, how: string): Promise<void> {
  if (how === 'used twice') {
    await client.refresh(tokens.refresh_token)
    clock.nowMs += settings.refreshGraceMs + 1_001
    await client.refresh(tokens.refresh_token)
    return
  }
  const body = new URLSearchParams({ client_id: client.id, token: tokens.refresh_token })
  await fetch(new Request('https://mcp.example.test/oauth/revoke', { method: 'POST', body }))
}

/** Begins a call whose answer is a stream, since it has said something and goes on. */
async function callWithProgress({ runner }: Harness, session: OpenSession): Promise<Response> {
  runner.answerWith(async ({ emit, cancelled }) => {
    emit({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } })
    await new Promise((resolve) => cancelled.addEventListener('abort', resolve))
    return { result: {} }
  })
  const response = await session.call(1)
  runner.answerWith(async () => ({ result: {} }))
  return response
}
