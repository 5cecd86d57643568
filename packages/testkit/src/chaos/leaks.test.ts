import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { McpClient } from '../mcp-client.ts'
import { familyOf, isAlive } from '../processes.ts'
import { startWholeBroker, type WholeBroker } from '../whole-broker.ts'
import { isStartedFrom, pidsOf } from './broker-parts.ts'
import { createFindings } from './findings.ts'
import { countTimers, tellingOfTimers } from './count-timers.ts'
import { type Holdings, measureHoldings } from './measure.ts'
import { openRawSession, type RawSession } from './raw-session.ts'
import { watchEvents } from './watch-events.ts'

let whole: WholeBroker
let alice: McpClient
let before: Held

beforeAll(async () => {
  const environment = {
    ...tellingOfTimers,
    FJMCP_BROKER_CALL_TIMEOUT_SECONDS: '3',
    FJMCP_BROKER_CHILD_IDLE_SECONDS: '1',
    FJMCP_BROKER_POOL_SIZE: String(readyChildren),
  }
  whole = await startWholeBroker({ child: 'misbehaving', environment })
  alice = await whole.connect('alice')
  await alice.client.callTool({ name: 'describe_process', arguments: {} })
  await vi.waitUntil(() => measureHoldings(whole).children === readyChildren, patience)
  before = await measure()
})

afterAll(async () => {
  await whole.close()
})

test('nothing is left of a child that was killed in the middle of a call', async () => {
  const session = await open()
  const call = session.request(neverAnswered)
  // It answers the second call after it took the first.
  const child = await childOf(session)
  process.kill(child, 'SIGKILL')
  expect(await call).toMatchObject({ kind: 'error', message: expect.stringContaining('SIGKILL') })
  expect(await session.end()).toBe(204)
  await expectNothingLeft()
})

test('nothing is left of a child that hangs, whose call is answered in time', async () => {
  const session = await open()
  const child = await childOf(session)
  process.kill(child, 'SIGSTOP')
  expect(await session.request(neverAnswered)).toMatchObject({ kind: 'error' })
  expect(await session.end()).toBe(204)
  await expect.poll(() => isAlive(child), patience).toBe(false)
  await expectNothingLeft()
})

test('nothing is left of a client that went in the middle of a call', async () => {
  const session = await open()
  const call = session.request(neverAnswered)
  const child = await childOf(session)
  session.drop()
  expect(await call).toMatchObject({ kind: 'lost', why: 'the client left' })
  expect(isAlive(child)).toBe(true)
  await expectNothingLeft()
  expect(await session.end()).toBe(204)
})

test('nothing is left of 200 sessions that were opened and ended, of which 20 had a child', async () => {
  for (let round = 0; round < 10; round++) {
    const sessions = await Promise.all(Array.from({ length: 20 }, open))
    await Promise.all(sessions.slice(0, 2).map(childOf))
    const ended = await Promise.all(sessions.map((session) => session.end()))
    expect(new Set(ended)).toEqual(new Set([204]))
  }
  await expectNothingLeft()
})

test('a gateway that was killed leaves nothing to the next one', async () => {
  const session = await open()
  await childOf(session)
  const [pid = 0] = pidsOf('gateway', whole)
  process.kill(pid, 'SIGKILL')
  await whole.broker().logged('gateway_listening', (logged) => logged['pid'] !== pid)
  await childOf(session)
  expect(await session.end()).toBe(204)
  await expectNothingLeft()
})

test('a runner that was killed leaves nothing to the next one', async () => {
  const session = await open()
  const call = session.request(neverAnswered)
  const child = await childOf(session)
  const family = familyOf(whole.broker().pid)
  expect(family).toContain(child)
  whole.broker().kill()
  await call
  await expect.poll(() => family.filter(isAlive), patience).toEqual([])
  await whole.restart()
  await childOf(session)
  expect(await session.end()).toBe(204)
  await expectNothingLeft()
  expect(family.filter((pid) => isStartedFrom(pid, whole.folder))).toEqual([])
})

/** Those that wait for a session. */
const readyChildren = 2

/** Nothing announces the end of what others hold. */
const patience = { timeout: 20_000, interval: 50 }

const neverAnswered = { method: 'tools/call', params: { name: 'never_answer', arguments: {} } }

interface Held extends Holdings {
  readonly timers: Readonly<Record<'gateway' | 'runner', number>>
}

async function measure(): Promise<Held> {
  return { ...measureHoldings(whole), timers: await countTimers(whole) }
}

/** Whatever is counted, no more of it than before. */
async function expectNothingLeft(): Promise<void> {
  await expect.poll(async () => whatIsMore(await measure(), before), patience).toEqual([])
}

function whatIsMore(now: object, then: object, path = ''): readonly string[] {
  const known = new Map<string, unknown>(Object.entries(then))
  return Object.entries(now).flatMap(([name, value]: [string, unknown]) => {
    const earlier = known.get(name) ?? 0
    if (typeof value === 'object' && value !== null) return whatIsMore(value, typeof earlier === 'object' ? earlier : {}, `${path}${name} `)
    return Number(value) > Number(earlier) ? [`${path}${name}: ${JSON.stringify(value)}, not ${JSON.stringify(earlier)}`] : []
  })
}

async function open(): Promise<RawSession> {
  const findings = createFindings()
  const session = await openRawSession({
    mcpUrl: `${whole.publicUrl}/mcp`,
    token: () => alice.tokens()?.access_token ?? '',
    watch: watchEvents({ name: 'a session', findings }),
    missed: (what) => findings.add(what),
  })
  if ('request' in session) return session
  throw new Error(`No session was opened: ${JSON.stringify(session)}`)
}

/** The child that answers a session, started if need be. */
async function childOf(session: RawSession): Promise<number> {
  const outcome = await session.request({ method: 'tools/call', params: { name: 'describe_process', arguments: {} } })
  if (outcome.kind !== 'result') throw new Error(JSON.stringify(outcome))
  const [content] = CallToolResultSchema.parse(outcome.result).content
  return Number(/"pid":(\d+)/.exec(content?.type === 'text' ? content.text : '')?.[1])
}
