import { ok } from '@fjmcp-broker/shared/result'
import type { EventRoom, StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { expect, test } from 'vitest'
import { createMcpEndpoint, type SessionCaller, toolCall } from '../mcp/mcp-endpoint.ts'

const mib = 1024 * 1024

/** Of all answers together there may be 64 MiB, of one user a quarter. */
const listBytes = 3 * mib

const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }

test('lists that are not read are given to one user until a quarter is used up, and again when some were read', async () => {
  const { mcp, alice, bob, readOne } = await openWithLargeList()
  for (let n = 0; n < 5; n++) expect((await mcp.post(list, alice)).status).toBe(200)
  const refused = await mcp.post(list, alice)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
  expect(await refused.json()).toMatchObject({ id: 1, error: { message: expect.stringContaining('not read yet') } })
  expect((await mcp.post(list, bob)).status).toBe(200)
  readOne()
  expect((await mcp.post(list, alice)).status).toBe(200)
})

test('lists that are not read by several users leave room to others', async () => {
  const { mcp, connect } = await openWithLargeList()
  const statuses = new Set<number>()
  for (let user = 0; user < 8; user++) {
    const caller = await connect(`user${user}`)
    for (let n = 0; n < 6; n++) statuses.add((await mcp.post(list, caller)).status)
  }
  expect(statuses).toEqual(new Set([200, 429, 503]))
  expect((await mcp.post({ ...list, method: 'resources/list' }, await connect('another'))).status).toBe(200)
})

test('a batch of lists is answered until a quarter is used up, and the rest refused', async () => {
  const { mcp, connect } = await openWithLargeList()
  const alice = await connect('alice', '2025-03-26')
  const response = await mcp.post(
    Array.from({ length: 100 }, (_, id) => ({ ...list, id })),
    alice,
  )
  const answers = (await response.json()) as { readonly error?: { readonly message: string } }[]
  expect(answers.filter(({ error }) => error === undefined)).toHaveLength(5)
  expect(answers.filter(({ error }) => error?.message.includes('not read yet'))).toHaveLength(95)
})

test('a batch whose answers find no room together is streamed, and what was streamed leaves its room', async () => {
  const { mcp, connect } = await openWithLargeList()
  const alice = await connect('alice', '2025-03-26')
  mcp.runner.script = (call) => call.result({ text: 'x'.repeat(listBytes) })
  const calls = Array.from({ length: 6 }, (_, id) => toolCall(id))
  const response = await mcp.post(calls, alice)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect((await response.text()).match(/^data: /gm)).toHaveLength(6)
  expect((await mcp.post(list, alice)).status).toBe(200)
})

test('a batch whose refusals were sent gives back no room but what its answers took', async () => {
  const { mcp, connect } = await openWithLargeList()
  const alice = await connect('alice', '2025-03-26')
  const rooms: (EventRoom | undefined)[] = []
  mcp.runner.call = async ({ room }) => {
    rooms.push(room)
    room?.take(5 * mib)
    return ok(delivering([{ id: 'e.s.1', message: { jsonrpc: '2.0', method: 'notifications/progress', params: {} }, final: false }]))
  }
  const response = await mcp.post([{ jsonrpc: '2.0', id: 1, method: 'unknown' }, toolCall(2)], alice)
  expect(await response.text()).toContain('no method')
  expect(rooms.map((room) => room?.take(11 * mib + 1))).toEqual([{ reason: 'too_much_of_sender' }])
})

test('lists count by what they take on the way, not by their characters', async () => {
  const { mcp, alice } = await openWithLargeList('\u20ac')
  expect([(await mcp.post(list, alice)).status, (await mcp.post(list, alice)).status]).toEqual([200, 429])
})

test('no call is begun for a user whose answers wait for room already', async () => {
  const { mcp, alice, readOne } = await openWithLargeList()
  for (let n = 0; n < 5; n++) await mcp.post(list, alice)
  let waiting: Promise<boolean> | undefined
  mcp.runner.call = async ({ room }) => {
    waiting = room?.untilTaken(listBytes, new AbortController().signal)
    return ok(delivering([{ id: 'e.s.1', message: { jsonrpc: '2.0', id: 2, result: {} }, final: true }]))
  }
  expect((await mcp.post(toolCall(2), alice)).status).toBe(200)
  expect((await mcp.post(toolCall(3), alice)).status).toBe(429)
  expect(mcp.logged).toContainEqual(expect.objectContaining({ event: 'bodies_refused', of: 'answers', reason: 'too_much_of_sender' }))
  readOne()
  await waiting
  expect((await mcp.post(toolCall(4), alice)).status).toBe(200)
})

test.each(['2025-11-25', '2025-03-26'])('what a stream of %s has delivered is told to be done with, the answer too', async (version) => {
  const { mcp, connect } = await openWithLargeList()
  const done: string[] = []
  const notification = { jsonrpc: '2.0', method: 'notifications/progress', params: {} } as const
  const events: readonly StreamEvent[] = [
    { id: 'e.s.1', message: notification, final: false },
    { id: 'e.s.2', message: { jsonrpc: '2.0', id: 2, result: {} }, final: true },
  ]
  mcp.runner.call = async () => ok(delivering(events, ({ id }) => done.push(id)))
  const message = version === '2025-03-26' ? [toolCall(2)] : toolCall(2)
  await (await mcp.post(message, await connect('alice', version))).text()
  expect(done).toEqual(['e.s.1', 'e.s.2'])
})

/** @param onDone Hears of each event when more is asked for after it. */
async function* delivering(events: readonly StreamEvent[], onDone: (event: StreamEvent) => void = () => {}): AsyncGenerator<StreamEvent> {
  for (const event of events) {
    yield event
    onDone(event)
  }
}

/** @param character What the list is filled with. */
async function openWithLargeList(character = 'x') {
  const mcp = createMcpEndpoint({ timings: { headWaitMs: 5 } })
  mcp.runner.lists = { 'tools/list': { tools: [], _meta: { text: character.repeat(listBytes) } }, 'resources/list': { resources: [] } }
  const unread: (() => void)[] = []
  const peer = { address: '192.0.2.1', whenAnswered: (listener: () => void) => void unread.push(listener) }
  async function connect(user: string, protocolVersion?: string): Promise<SessionCaller> {
    return { ...(await mcp.open(mcp.token(user), protocolVersion)), peer }
  }
  return { mcp, connect, alice: await connect('alice'), bob: await connect('bob'), readOne: () => unread.shift()?.() }
}
