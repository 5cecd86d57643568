import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, type SessionCaller } from '../mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let caller: SessionCaller

beforeEach(async () => {
  mcp = createMcpEndpoint()
  caller = await mcp.open(mcp.token('alice'))
  mcp.runner.asked.length = 0
})

test('passes on only the members that are known, the last of repeated ones, and only the progress token of _meta', async () => {
  const params =
    '{"Name":"delete_repo","name":"delete_repo","name":"get_issue_by_index","arguments":{"index":1,"__proto__":{"a":1}},' +
    '"task":{"ttl":1},"_meta":{"progressToken":"p","io.example/trick":1}}'
  await mcp.post(`{"jsonrpc":"2.0","id":1,"Method":"tools/list","method":"tools/call","extra":{},"params":${params}}`, caller)
  expect(JSON.stringify(mcp.runner.sent)).toBe(
    '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue_by_index","arguments":{"index":1,"__proto__":{"a":1}},"_meta":{"progressToken":"p"}}}]',
  )
})
