import { beforeEach, expect, test } from 'vitest'
import { createMcpEndpoint, type McpEndpoint, type SessionCaller, toolCall } from '../mcp/mcp-endpoint.ts'

let mcp: McpEndpoint

beforeEach(() => {
  mcp = createMcpEndpoint()
})

test.each(['file_path', 'File_Path', 'FILE_PATH', 'ﬁle_path', 'file＿path', 'ｆile_path'])(
  'refuses an upload that carries %s',
  async (name) => {
    const response = await mcp.post(toolCall(1, 'create_issue_attachment', { index: 1, [name]: '/etc/passwd' }), await open('full'))
    expect(await response.json()).toMatchObject({ id: 1, error: { code: -32602, message: expect.stringContaining(name) } })
    expect(mcp.runner.asked).toEqual([])
  },
)

async function open(level: 'read' | 'write' | 'full'): Promise<SessionCaller> {
  const caller = await mcp.open(mcp.token('alice', level))
  mcp.runner.asked.length = 0
  return caller
}
