import type { Fetch } from '@fjmcp-broker/shared/fetch'

const message = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

/** What the MCP endpoint answers to a client that starts a session with this bearer token. */
export async function mcpStatus({ fetch }: { readonly fetch: Fetch }, token: string): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
  }
  const response = await fetch(new Request('https://mcp.example.test/mcp', { method: 'POST', headers, body: JSON.stringify(message) }))
  return response.status
}
