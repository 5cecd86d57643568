import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, type SessionCaller, toolCall } from './mcp/mcp-endpoint.ts'

let mcp: McpEndpoint

beforeEach(() => {
  mcp = createMcpEndpoint()
})

async function open(level: 'read' | 'write' | 'full'): Promise<SessionCaller> {
  const caller = await mcp.open(mcp.token('alice', level))
  mcp.runner.asked.length = 0
  return caller
}

test.each([
  ['read', 'get_issue_by_index'],
  ['write', 'create_issue'],
  ['full', 'delete_repo'],
  ['full', 'a_tool_of_tomorrow'],
] as const)('lets a grant of %s call %s', async (level, tool) => {
  const response = await mcp.post(toolCall(1, tool), await open(level))
  expect(await response.json()).toHaveProperty('result')
})

test('lets an argument of the same name through where it only filters', async () => {
  const response = await mcp.post(toolCall(1, 'get_pull_request_diff', { file_path: 'src/a.ts' }), await open('read'))
  expect(await response.json()).toHaveProperty('result')
})

test('tells the runner of a changed level before the next call', async () => {
  const caller = await open('full')
  await mcp.post(toolCall(1), { ...caller, token: mcp.token('alice', 'read') })
  expect(mcp.runner.asked).toEqual(['describe read', 'call tools/call'])
})
