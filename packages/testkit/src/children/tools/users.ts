import { childTool, type ChildTool, textResult } from '../child-tool.ts'
import type { ForgejoApi } from '../forgejo-api.ts'

export function createUserTools(forgejo: ForgejoApi, version: string): readonly ChildTool[] {
  return [
    childTool({
      name: 'get_my_user_info',
      description: 'Tells who is signed in.',
      call: async () => textResult(await forgejo.get('/user')),
    }),
    childTool({
      name: 'get_forgejo_mcp_server_version',
      description: 'Tells the version of this program.',
      call: async () => textResult(`Forgejo MCP Server version: ${version}`),
    }),
  ]
}
