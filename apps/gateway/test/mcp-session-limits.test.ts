import { expect, onTestFinished, test } from 'vitest'
import { endIdleSessions } from '../src/flows/mcp/end-idle-sessions.ts'
import { z } from 'zod'
import { createHarness, type Harness } from './harness.ts'
import { openSession, type OpenSession } from './mcp/open-session.ts'

const dayMs = 24 * 60 * 60_000

async function isAlive(harness: Harness, session: OpenSession): Promise<boolean> {
  harness.clock.nowMs += 1
  return (await session.call(1)).status === 200
}

async function signIn(harness: Harness, login: string): Promise<() => Promise<OpenSession>> {
  const { tokens } = await harness.signIn({ login })
  return () => {
    harness.clock.nowMs += 1
    return openSession(harness, tokens.access_token)
  }
}

test('a user with as many sessions as one may have gets another one, and the one used longest ago ends', async () => {
  const harness = await createHarness({ environment: { FJMCP_BROKER_SESSIONS_PER_USER: '3' } })
  const [alice, bob] = [await signIn(harness, 'alice'), await signIn(harness, 'bob')]
  const others = await bob()
  const [first, second, third] = [await alice(), await alice(), await alice()]
  // Not written yet: such a use counts all the same.
  expect(await isAlive(harness, first)).toBe(true)
  const fourth = await alice()
  await harness.settled()
  expect((await second.call(1)).status).toBe(404)
  for (const session of [first, third, fourth, others]) expect(await isAlive(harness, session)).toBe(true)
  expect(harness.log.events).toContainEqual(
    expect.objectContaining({ event: 'session_ended', fields: expect.objectContaining({ by: 'limit' }) }),
  )
})

test('a session that ends for another is let go of by the runner', async () => {
  const harness = await createHarness({ environment: { FJMCP_BROKER_SESSIONS_PER_USER: '1' } })
  const alice = await signIn(harness, 'alice')
  const first = await alice()
  expect(await isAlive(harness, first)).toBe(true)
  expect(await harness.runner.sessions()).toHaveLength(1)
  await alice()
  await harness.settled()
  expect(await harness.runner.sessions()).toEqual([])
})

test('a session with an open stream or a call under way stays, where there is an idle one', async () => {
  const harness = await createHarness({ environment: { FJMCP_BROKER_SESSIONS_PER_USER: '3' } })
  const alice = await signIn(harness, 'alice')
  const [listening, calling, idle] = [await alice(), await alice(), await alice()]
  const stream = await listening.listen()
  onTestFinished(async () => stream.body?.cancel())
  const held = harness.runner.holdNextCall()
  const answer = calling.call(1)
  await held.arrived
  expect(await isAlive(harness, idle)).toBe(true)
  await alice()
  expect((await idle.call(1)).status).toBe(404)
  held.release()
  expect((await answer).status).toBe(200)
})

test('where no session is idle the one used longest ago ends all the same, with its stream', async () => {
  const harness = await createHarness({ environment: { FJMCP_BROKER_SESSIONS_PER_USER: '1' } })
  const alice = await signIn(harness, 'alice')
  const listening = await alice()
  const stream = await listening.listen()
  expect(await isAlive(harness, await alice())).toBe(true)
  expect(await stream.text()).toContain('keep-alive')
  expect((await listening.call(1)).status).toBe(404)
})

test('where all users together have too many, one of the user with the most ends', async () => {
  const harness = await createHarness({ environment: { FJMCP_BROKER_MAX_SESSIONS: '4' } })
  const [alice, bob] = [await signIn(harness, 'alice'), await signIn(harness, 'bob')]
  const his = await bob()
  const [first, second, third] = [await alice(), await alice(), await alice()]
  const another = await bob()
  expect((await first.call(1)).status).toBe(404)
  for (const session of [his, second, third, another]) expect(await isAlive(harness, session)).toBe(true)
})

test('a client that ended its session, or lost it with its access, leaves its place', async () => {
  const harness = await createHarness({ environment: { FJMCP_BROKER_SESSIONS_PER_USER: '2' } })
  const signedIn = await harness.signIn({ login: 'alice' })
  const kept = await openSession(harness, signedIn.tokens.access_token)
  for (let turn = 0; turn < 5; turn += 1) await (await openSession(harness, signedIn.tokens.access_token)).end()
  expect(await isAlive(harness, kept)).toBe(true)
  const { grants } = z.object({ grants: z.array(z.object({ id: z.string() })) }).parse(await (await harness.admin(ask('GET'))).json())
  for (const { id } of grants) await harness.admin(ask('DELETE', id))
  const again = await harness.signIn({ login: 'alice', client: signedIn.client })
  const [first, second] = [await openSession(harness, again.tokens.access_token), await openSession(harness, again.tokens.access_token)]
  for (const session of [first, second]) expect(await isAlive(harness, session)).toBe(true)
})

function ask(method: 'GET' | 'DELETE', id?: string): Request {
  return new Request(`http://admin/grants${id === undefined ? '' : `/${id}`}`, { method })
}

test('many sessions that begin at once leave no more than there may be', async () => {
  const harness = await createHarness({ environment: { FJMCP_BROKER_SESSIONS_PER_USER: '5' } })
  const alice = await signIn(harness, 'alice')
  await Promise.all(Array.from({ length: 40 }, alice))
  expect(await harness.store.sessions.countByUser()).toMatchObject([{ sessions: 5 }])
})

test('a session ends when nobody has used it for the idle time, and one that was used does not', async () => {
  const harness = await createHarness()
  const { tokens, client } = await harness.signIn({ login: 'alice' })
  const [unused, used] = [await openSession(harness, tokens.access_token), await openSession(harness, tokens.access_token)]
  const later = async (days: number) => {
    harness.clock.nowMs += days * dayMs
    return (await harness.signIn({ login: 'alice', client })).tokens.access_token
  }
  expect((await used.as(await later(10)).call(1)).status).toBe(200)
  expect(await endIdle(harness)).toBe(0)
  const token = await later(21)
  expect(await endIdle(harness)).toBe(1)
  expect((await unused.as(token).call(1)).status).toBe(404)
  expect((await used.as(token).call(1)).status).toBe(200)
  expect(harness.log.events).toContainEqual(
    expect.objectContaining({ event: 'session_ended', fields: expect.objectContaining({ by: 'idle' }) }),
  )
})

function endIdle({ memory, runner, log, clock, settings }: Harness): Promise<number> {
  const background = { waitUntil() {}, stopping: new AbortController().signal }
  return endIdleSessions({ ...memory, ...background, runner, log, clock: () => clock.nowMs }, settings.sessionIdleMs)
}
