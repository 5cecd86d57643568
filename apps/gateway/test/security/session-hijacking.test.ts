import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, initializeRequest, type McpEndpoint, mcpUrl, type SessionCaller, toolCall } from '../mcp/mcp-endpoint.ts'
import { readAll, readStream } from '../mcp/read-stream.ts'

let mcp: McpEndpoint
let alice: SessionCaller
const ping = { jsonrpc: '2.0', id: 5, method: 'ping' }

beforeEach(async () => {
  mcp = createMcpEndpoint({ timings: { headWaitMs: 1, keepAliveMs: 2 } })
  alice = await mcp.open(mcp.token('alice'))
})

test('an id is 32 random bytes and stored as a hash only', () => {
  expect(alice.session).toMatch(/^[\w-]{43}$/)
  expect(JSON.stringify([...mcp.rows])).not.toContain(alice.session)
})

test.each(['another user', 'another client'])('is not known to %s, and not told from one that never was', async (who) => {
  const foreign = { token: tokenOf(who), session: alice.session }
  const unknown = await (await mcp.post(ping, { token: alice.token, session: 'made-up' })).text()
  for (const response of [await mcp.post(ping, foreign), await mcp.get(foreign), await end(foreign)]) {
    expect(response.status).toBe(404)
    expect((await response.text()).replace('"id":null', '"id":5')).toBe(unknown)
  }
  expect((await mcp.post(ping, alice)).status).toBe(200)
})

test.each(['another user', 'another client'])('%s who begins with its id gets a session of their own', async (who) => {
  const response = await mcp.post(initializeRequest(), { token: tokenOf(who), session: alice.session })
  expect(response.headers.get('mcp-session-id')).not.toBe(alice.session)
  expect(mcp.rows.size).toBe(2)
})

test.each(['another user', 'another client'])('%s does not take over its standalone stream, which stays open', async (who) => {
  const stream = readStream(await mcp.get(alice))
  expect((await mcp.get({ token: tokenOf(who), session: alice.session })).status).toBe(404)
  for (let count = 0; count < 4; count += 1) expect((await stream.next()).done).toBe(false)
})

test.each(['another user', 'another client', 'the same user in another session'])(
  '%s cannot read its answers by an event id',
  async (who) => {
    mcp.runner.script = (call) => {
      call.notify('notifications/message', { level: 'info', data: 'private' })
      call.result({})
    }
    const primed = (await readAll(await mcp.post(toolCall(1), alice))).find(({ id }) => id !== undefined)
    const thief = await mcp.open(who.startsWith('another') ? tokenOf(who) : alice.token)
    const headers = { 'last-event-id': primed?.id ?? '' }
    expect((await mcp.get({ ...alice, headers })).status).toBe(200)
    for (const session of [thief.session, who.startsWith('another') ? alice.session : thief.session]) {
      const response = await mcp.get({ ...thief, session, headers })
      expect([404, 405]).toContain(response.status)
      expect(await response.text()).not.toContain('private')
    }
  },
)

test('gives no answer of one user to another, however calls interleave', async () => {
  const bob = await mcp.open(mcp.token('bob'))
  const held: (() => void)[] = []
  mcp.runner.script = (call) => {
    held.push(() => call.result({ user: call.session.userId, given: call.message.params?.['arguments'] }))
    if (held.length === 200) for (const release of held.toReversed()) release()
  }

  const asked = Array.from({ length: 200 }, (_, index) => ({ index, who: index % 2 === 0 ? alice : bob }))
  const answers = await Promise.all(
    asked.map(async ({ index, who }) => await readAnswer(await mcp.post(toolCall(index >> 1, 'get_issue_by_index', { index }), who))),
  )
  expect(answers).toEqual(
    asked.map(({ index, who }) => ({
      jsonrpc: '2.0',
      id: index >> 1,
      result: { user: who === bob ? 'usr_bob' : 'usr_alice', given: { index } },
    })),
  )
})

/** A token of somebody who has come to know the id. */
function tokenOf(who: string): string {
  const owner = mcp.tokens.get(alice.token)
  if (typeof owner !== 'object') throw new Error('no token')
  mcp.tokens.set('foreign', {
    ...owner,
    ...(who === 'another user' ? { userId: 'usr_bob', grantId: 'gra_bob' } : { clientId: 'cli_other' }),
  })
  return 'foreign'
}

async function end(caller: SessionCaller): Promise<Response> {
  const headers = { authorization: `Bearer ${caller.token}`, 'mcp-session-id': caller.session }
  return mcp.fetch(new Request(mcpUrl, { method: 'DELETE', headers }))
}

/** The response, whether it came alone or on a stream. */
async function readAnswer(response: Response): Promise<unknown> {
  if (response.headers.get('content-type') === 'application/json') return response.json()
  return (await readAll(response)).findLast(({ data }) => data !== undefined)?.data
}
