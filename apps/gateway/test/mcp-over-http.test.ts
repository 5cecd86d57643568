import { serveFetch } from '@fjmcp-broker/testkit/serve-fetch'
import { expect, onTestFinished, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, toolCall } from './mcp/mcp-endpoint.ts'
import { readStream } from './mcp/read-stream.ts'

async function serve(mcp: McpEndpoint): Promise<(body: BodyInit, init?: RequestInit) => Promise<Response>> {
  const served = await serveFetch(mcp.fetch)
  onTestFinished(() => served.close())
  const { token, session } = await mcp.open(mcp.token('alice'))
  const headers = { authorization: `Bearer ${token}`, 'mcp-session-id': session, 'content-type': 'application/json' }
  return (body, init = {}) => fetch(`${served.url}/mcp`, { method: 'POST', headers, body, ...init })
}

test('takes a message whole and one in chunks, and keeps its characters', async () => {
  const mcp = createMcpEndpoint()
  const post = await serve(mcp)
  const text = JSON.stringify(toolCall(1, 'get_issue_by_index', { title: 'Überschrift 🦊' }))
  for (const init of [{}, { duplex: 'half' } as RequestInit]) {
    const response = await post('duplex' in init ? new Blob([text]).stream() : text, init)
    expect(JSON.stringify(await response.json())).toContain('Überschrift 🦊')
  }
})

test('notices that a client has gone before the first message', async () => {
  const mcp = createMcpEndpoint()
  const post = await serve(mcp)
  const client = new AbortController()
  mcp.runner.script = () => client.abort()
  await expect(post(JSON.stringify(toolCall(1)), { signal: client.signal })).rejects.toThrow('abort')
  expect(await mcp.untilLogged('call_finished')).toMatchObject({ outcome: 'client_left' })
})

test('sends what comes on a stream at once, and notices that its client has gone', async () => {
  const mcp = createMcpEndpoint({ timings: { headWaitMs: 1 } })
  const post = await serve(mcp)
  let notify = () => {}
  mcp.runner.script = (call) => {
    notify = () => call.notify('notifications/progress')
  }
  const client = new AbortController()
  const events = readStream(await post(JSON.stringify(toolCall(1)), { signal: client.signal }))
  expect((await events.next()).value).toHaveProperty('retry')
  notify()
  expect((await events.next()).value).toMatchObject({ data: { method: 'notifications/progress' } })
  client.abort()
  expect(await mcp.untilLogged('call_finished')).toMatchObject({ outcome: 'client_left' })
})
