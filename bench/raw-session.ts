import type { McpClient } from '@fjmcp-broker/testkit/mcp-client'
import { Pool } from 'undici'

/** A session driven by bare HTTP, so that the load generator costs little beside what it measures. */
export interface RawSession {
  /** Calls a tool and throws unless the answer is a result. */
  call(name: string): Promise<void>
  close(): Promise<void>
}

/** Opens a session with the token of a client that has signed in. */
export async function openRawSession({
  publicUrl,
  signedIn,
}: {
  readonly publicUrl: string
  readonly signedIn: McpClient
}): Promise<RawSession> {
  const pool = new Pool(publicUrl, { connections: 4 })
  const headers = {
    authorization: `Bearer ${signedIn.tokens()?.access_token ?? ''}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
  }
  const opened = await post({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
  })
  const session = { 'mcp-session-id': opened.sessionId, 'mcp-protocol-version': '2025-11-25' }
  let id = 0

  return {
    async call(name) {
      id += 1
      const { text } = await post({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } }, session)
      if (!text.includes('"result"')) throw new Error(`${name} failed: ${text.slice(0, 300)}`)
    },
    close: () => pool.close(),
  }

  async function post(
    message: object,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly sessionId: string; readonly text: string }> {
    const response = await pool.request({ path: '/mcp', method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(message) })
    const text = await response.body.text()
    if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${text.slice(0, 300)}`)
    return { sessionId: String(response.headers['mcp-session-id'] ?? ''), text }
  }
}
