import type { ToolCall } from './session.ts'

/** The revision of MCP that all subjects speak. */
export const protocolVersion = '2025-11-25'

export const initializeRequest = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})

export const initializedNotification = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })

export function callRequest(id: number, { name, input }: ToolCall): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: input } })
}

export function listRequest(id: number): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/list"}`
}
