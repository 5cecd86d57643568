import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, type SessionCaller, toolCall } from '../mcp/mcp-endpoint.ts'

let mcp: McpEndpoint

beforeEach(() => {
  mcp = createMcpEndpoint()
})

test.each([
  ['read', 'create_issue', 'read write'],
  ['read', 'delete_repo', 'read write full'],
  ['write', 'delete_repo', 'read write full'],
  ['write', 'a_tool_of_tomorrow', 'read write full'],
] as const)('asks a grant of %s that calls %s to sign in for %s', async (level, tool, scope) => {
  const response = await mcp.post(toolCall(1, tool), await open(level))
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toBe(
    `Bearer error="insufficient_scope", scope="${scope}", resource_metadata="https://broker.test/.well-known/oauth-protected-resource/mcp"`,
  )
  expect(await response.json()).toMatchObject({ jsonrpc: '2.0', id: 1, error: { message: expect.stringContaining('access level') } })
  expect(mcp.runner.asked).toEqual([])
})

test('asks a grant of read that reads an unknown kind of resource to sign in for full', async () => {
  const request = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'file:///etc/passwd' } }
  expect((await mcp.post(request, await open('read'))).status).toBe(403)
})

test('a batch brings no call past the check', async () => {
  const caller = await mcp.open(mcp.token('alice', 'read'), '2025-03-26')
  const response = await mcp.post([toolCall(1, 'delete_repo'), toolCall(2)], caller)
  const answers: unknown = await response.json()
  expect(answers).toContainEqual(expect.objectContaining({ id: 1, error: expect.objectContaining({ code: -32000 }) }))
  expect(mcp.runner.sent).toMatchObject([{ id: 2 }])
})

async function open(level: 'read' | 'write' | 'full'): Promise<SessionCaller> {
  const caller = await mcp.open(mcp.token('alice', level))
  mcp.runner.asked.length = 0
  return caller
}
