import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, toolCall } from '../mcp/mcp-endpoint.ts'

let mcp: McpEndpoint

beforeEach(() => {
  mcp = createMcpEndpoint()
})

test.each(['acme/../other', 'acme?x=', 'acme#', 'acme%2fother', 'acme\\other'])(
  'refuses %j where a tool would make a path of it',
  async (org) => {
    const caller = await mcp.open(mcp.token('alice', 'read'))
    const response = await mcp.post(toolCall(1, 'search_org_teams', { org, keyword: 'a' }), caller)
    expect(await response.json()).toMatchObject({ id: 1, error: { code: -32602, message: expect.stringContaining('org') } })
    expect(mcp.runner.sent).toEqual([])
  },
)
