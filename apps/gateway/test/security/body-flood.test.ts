import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { createMcpEndpoint, initializeRequest, mcpUrl, type McpEndpoint, toolCall } from '../mcp/mcp-endpoint.ts'
import { serveRaw } from './wire/send-raw.ts'

/** The least that can be set: a user has four times as much, all together have sixteen times. */
const limitBytes = 65_536
const environment = { FJMCP_BROKER_MAX_MESSAGE_BYTES: String(limitBytes) }

/** Nothing is refused for its number alone. */
const boundless = {
  FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '10000',
  FJMCP_BROKER_SIGN_INS_PER_MINUTE: '10000',
  FJMCP_BROKER_TOKEN_REQUESTS_PER_MINUTE: '10000',
}

const slowly = ['declared', 'undeclared'] as const

test.each(slowly)('bodies of %s length that do not end are taken from one user until a quarter is used up', async (length) => {
  const mcp = createMcpEndpoint({ environment })
  const alice = mcp.token('alice')
  await Promise.all(Array.from({ length: 4 }, () => beginBody(mcp, alice, length)))
  const refused = await (await beginBody(mcp, alice, length)).answer
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
  expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining('too many large messages') } })
  expect(await ping(mcp, alice)).toBe(429)
  expect(await ping(mcp, mcp.token('bob'))).toBe(200)
})

test('bodies that do not end are taken from all users until no large one finds room, and small ones still do', async () => {
  const mcp = createMcpEndpoint({ environment })
  // Each finds a quarter of what the others left.
  for (const [user, bodies] of [4, 3, 2, 1, 1, 1, 1].entries()) {
    const token = mcp.token(`user${user}`)
    await Promise.all(Array.from({ length: bodies }, () => beginBody(mcp, token, 'undeclared')))
  }
  const refused = await (await beginBody(mcp, mcp.token('bob'), 'undeclared')).answer
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await ping(mcp, mcp.token('bob'))).toBe(200)
  expect(mcp.logged.filter(({ event }) => event === 'bodies_refused')).toMatchObject([{ of: 'messages', reason: 'too_much_in_all' }])
})

test('what broke off leaves its room to others', async () => {
  const mcp = createMcpEndpoint({ environment })
  const alice = mcp.token('alice')
  const bodies = await Promise.all(Array.from({ length: 4 }, () => beginBody(mcp, alice, 'undeclared')))
  for (const { breakOff, answer } of bodies) {
    breakOff()
    expect((await answer).status).toBe(400)
  }
  expect(await ping(mcp, alice)).toBe(200)
})

test('a message takes its room until it is answered', async () => {
  const mcp = createMcpEndpoint({ environment })
  const alice = await mcp.open(mcp.token('alice'))
  const answers: (() => void)[] = []
  const arrived = Promise.withResolvers<void>()
  mcp.runner.script = (call) => {
    answers.push(() => call.result({}))
    if (answers.length === 4) arrived.resolve()
  }
  const calls = Array.from({ length: 4 }, (_, id) => mcp.post(toolCall(id, 'get_issue_by_index', { body: 'x'.repeat(60_000) }), alice))
  await arrived.promise
  const further = toolCall(5, 'get_issue_by_index', { body: 'x'.repeat(60_000) })
  expect((await mcp.post(further, alice)).status).toBe(429)
  for (const answer of answers) answer()
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await ping(mcp, alice.token)).toBe(200)
})

test('whoever is refused in the middle of a body is told so', async () => {
  const mcp = createMcpEndpoint({ environment })
  const alice = mcp.token('alice')
  await Promise.all(Array.from({ length: 4 }, () => beginBody(mcp, alice, 'undeclared')))
  const send = await serveRaw(mcp.fetch)
  const head = [
    'POST /mcp HTTP/1.1',
    'Host: broker.test',
    `Authorization: Bearer ${alice}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'Transfer-Encoding: chunked',
  ]
  const { statuses } = await send([...head, '', '1000', 'x'.repeat(4096), ''].join('\r\n'))
  expect(statuses).toEqual([429])
})

test.each(['/oauth/token', '/oauth/revoke', '/oauth/register', '/oauth/consent'])(
  'forms that do not end are taken from one address, and from all, until there is no more room: %s',
  async (path) => {
    const { fetch } = await createHarness({ environment: boundless })
    const post = (address: string, body: string | ReadableStream<Uint8Array>) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return fetch(new Request(`https://mcp.example.test${path}`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit), {
        address,
      })
    }
    const begin = (address: string, count: number) => {
      for (let n = 0; n < count; n++) void post(address, new ReadableStream())
    }
    begin('192.0.2.1', 64)
    expect((await post('192.0.2.1', 'a=b')).status).toBe(429)
    expect((await post('192.0.2.2', 'a=b')).status).toBeLessThan(429)
    // Each finds a quarter of what the others left.
    for (let host = 2; host < 40; host++) begin(`192.0.2.${host}`, 64)
    const refused = await post('192.0.2.40', 'a=b')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  },
)

/** Sends all of a message but its last byte; settles when that was taken, or the answer has come. */
async function beginBody(mcp: McpEndpoint, token: string, length: (typeof slowly)[number]) {
  const ending = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<void>()
  let isBegun = false
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!isBegun) controller.enqueue(new Uint8Array(limitBytes - 1).fill(0x20))
        // What was sent before has been taken when more is asked for.
        else taken.resolve()
        if (isBegun) await ending.promise
        isBegun = true
      },
    },
    { highWaterMark: 0 },
  )
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(length === 'declared' && { 'content-length': String(limitBytes) }),
  }
  const answer = mcp.fetch(new Request(mcpUrl, { method: 'POST', headers, body, duplex: 'half' } as RequestInit))
  await Promise.race([taken.promise, answer])
  return { answer: Promise.resolve(answer), breakOff: () => ending.reject(new Error('the client left')) }
}

/** The status of a small message. */
async function ping(mcp: McpEndpoint, token: string): Promise<number> {
  const message = JSON.stringify(initializeRequest())
  return (await mcp.post(message, { token, headers: { 'content-length': String(message.length) } })).status
}
