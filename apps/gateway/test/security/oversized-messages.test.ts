import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, mcpUrl, toolCall } from '../mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let token: string

beforeEach(() => {
  mcp = createMcpEndpoint({ environment: { FJMCP_BROKER_MAX_MESSAGE_BYTES: '65536' } })
  token = mcp.token('alice')
})

test('refuses a message of very many values, small as it is', async () => {
  const generous = createMcpEndpoint({ environment: { FJMCP_BROKER_MAX_MESSAGE_BYTES: '4194304' } })
  const message = toolCall(1, 'create_file', { content: Array.from({ length: 100_000 }, () => 0) })
  const response = await generous.post(message, { token: generous.token('alice') })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32600, message: expect.stringContaining('100000') } })
})

test.each(['declared', 'undeclared'])('refuses a message that is too large, its length %s, and names the limit', async (length) => {
  const text = JSON.stringify(toolCall(1, 'create_file', { content: 'x'.repeat(70_000) }))
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(length === 'declared' && { 'content-length': String(text.length) }),
  }
  const body = new Blob([text]).stream()
  const response = await mcp.fetch(new Request(mcpUrl, { method: 'POST', headers, body, duplex: 'half' } as RequestInit))
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ error: { code: -32600, message: expect.stringContaining('65536 bytes') } })
})

test('refuses a message that is nested without bound', async () => {
  const response = await postText('['.repeat(30_000) + ']'.repeat(30_000))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32600, message: expect.stringContaining('64 levels') } })
})

test.each([
  ['depth', '['.repeat(65_000), '64 levels'],
  ['number of values', `[${'0,'.repeat(100_000)}`, '100000'],
])('judges the %s of a message before it is parsed, which takes far longer', async (_what, unfinished, limit) => {
  mcp = createMcpEndpoint({ environment: { FJMCP_BROKER_MAX_MESSAGE_BYTES: '4194304' } })
  const response = await postText(unfinished)
  expect(await response.json()).toMatchObject({ error: { code: -32600, message: expect.stringContaining(limit) } })
})

test('passes over the name of an argument that would take many seconds to put in order', { timeout: 5_000 }, async () => {
  const generous = createMcpEndpoint({ environment: { FJMCP_BROKER_MAX_MESSAGE_BYTES: '4194304' } })
  const caller = await generous.open(generous.token('alice', 'full'))
  const name = '\u0301\u0323'.repeat(80_000)
  const response = await generous.post(toolCall(1, 'create_issue_attachment', { [name]: 1, file_path: '/etc/passwd' }), caller)
  expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('file_path') } })
})

async function postText(body: string): Promise<Response> {
  const headers = { authorization: `Bearer ${mcp.token('alice')}`, 'content-type': 'application/json' }
  return mcp.fetch(new Request(mcpUrl, { method: 'POST', headers, body }))
}
