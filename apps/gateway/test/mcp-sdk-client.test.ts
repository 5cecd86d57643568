import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { onTestFinished, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, mcpUrl } from './mcp/mcp-endpoint.ts'

interface Connected {
  readonly client: Client
  readonly transport: StreamableHTTPClientTransport
  /** Every request as `METHOD status`, with ` resumed` for one that named an event. */
  readonly exchanges: string[]
  /** Settles when an exchange like this has been answered. */
  readonly answered: (exchange: string) => Promise<void>
}

async function connect(mcp: McpEndpoint): Promise<Connected> {
  const token = mcp.token('alice')
  const exchanges: string[] = []
  const waiting: { readonly exchange: string; readonly resolve: () => void }[] = []
  const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
    async fetch(url, init) {
      const request = new Request(url, init)
      const response = await mcp.fetch(request)
      const exchange = `${request.method} ${response.status}${request.headers.has('last-event-id') ? ' resumed' : ''}`
      exchanges.push(exchange)
      for (const waiter of waiting) if (waiter.exchange === exchange) waiter.resolve()
      return response
    },
  })
  const client = new Client({ name: 'test', version: '1' })
  onTestFinished(() => client.close())
  await client.connect(transport)
  return {
    client,
    transport,
    exchanges,
    answered(exchange) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (exchanges.includes(exchange)) resolve()
      waiting.push({ exchange, resolve })
      return promise
    },
  }
}

test('serves the SDK client: it connects, lists, calls, and ends its session', async () => {
  const mcp = createMcpEndpoint()
  mcp.runner.lists = { 'tools/list': { tools: [{ name: 'get_issue_by_index', inputSchema: { type: 'object' } }] } }
  const { client, transport, exchanges, answered } = await connect(mcp)
  expect(client.getServerVersion()?.name).toBe('Forgejo MCP Server')
  await answered('GET 200')
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['get_issue_by_index'])
  mcp.runner.script = (call) => {
    call.notify('notifications/message', { level: 'info', data: 'working' })
    call.result({ content: [{ type: 'text', text: 'hello' }] })
  }
  expect(await client.callTool({ name: 'get_issue_by_index', arguments: {} })).toMatchObject({ content: [{ text: 'hello' }] })
  await transport.terminateSession()
  expect(exchanges.at(-1)).toBe('DELETE 204')
  expect(mcp.rows.size).toBe(0)
})

test('lets the SDK client resume once after an error on a primed stream, and not loop', async () => {
  const mcp = createMcpEndpoint({ timings: { headWaitMs: 1, retryMs: 1 } })
  const { client, exchanges, answered } = await connect(mcp)
  await answered('GET 200')
  mcp.runner.script = (call) => {
    call.notify('notifications/message', { level: 'info', data: 'working' })
    call.error('issue 3 does not exist')
  }
  await expect(client.callTool({ name: 'get_issue_by_index' })).rejects.toThrow('issue 3 does not exist')
  await answered('GET 405 resumed')
  mcp.runner.script = (call) => call.result({ content: [] })
  // The client would come again a millisecond after an answer that it takes for a stream.
  for (let round = 0; round < 20; round += 1) await client.callTool({ name: 'get_issue_by_index' })
  expect(exchanges.filter((exchange) => exchange.startsWith('GET'))).toEqual(['GET 200', 'GET 405 resumed'])
})

test('lets the SDK client fetch a response whose stream broke', async () => {
  const mcp = createMcpEndpoint({ timings: { headWaitMs: 1, retryMs: 1 } })
  const { client, answered } = await connect(mcp)
  let answer = () => {}
  mcp.runner.script = (call) => {
    answer = () => call.result({ content: [{ type: 'text', text: 'created' }] })
    call.notify('notifications/message', { level: 'info', data: 'working' })
    call.breakReading()
  }
  const calling = client.callTool({ name: 'create_issue' })
  await answered('GET 200 resumed')
  answer()
  expect(await calling).toMatchObject({ content: [{ text: 'created' }] })
  expect(mcp.runner.sent.filter(({ method }) => method === 'tools/call')).toHaveLength(1)
})
