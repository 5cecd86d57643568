import type { FakeUser } from '../sign-in-as.ts'

/** What a person pastes into their own client to use the running demo. */
export function instructions({ publicUrl, users }: { readonly publicUrl: string; readonly users: readonly FakeUser[] }): string {
  const mcpUrl = `${publicUrl}/mcp`
  return [
    `The broker is up at ${publicUrl}/ (open it in a browser). Connect a client of your own:`,
    '',
    `  Claude Code     claude mcp add --transport http forgejo ${mcpUrl}`,
    `  VS Code         code --add-mcp '${JSON.stringify({ name: 'forgejo', type: 'http', url: mcpUrl })}'`,
    `  MCP Inspector   npx @modelcontextprotocol/inspector   (Streamable HTTP, ${mcpUrl})`,
    ...(users.length === 0
      ? []
      : ['', `  Sign in as ${users.map(({ login, password }) => `${login} (password ${password})`).join(' or ')}.`]),
    '',
    'Ctrl-C ends everything.',
  ].join('\n')
}
