import type { Handshake } from '@fjmcp-broker/shared/runner/runner'
import type { InitializeResult } from '@modelcontextprotocol/sdk/types.js'

/**
 * What a new session is told: the child's handshake, reduced to what the broker relays. The tool list may change with the grant, which
 * the child knows nothing of, so `listChanged` is ours.
 */
export function initializeResult({ capabilities, serverInfo, instructions }: Handshake, protocolVersion: string): InitializeResult {
  return {
    protocolVersion,
    capabilities: {
      ...(capabilities.tools && { tools: { listChanged: true } }),
      ...(capabilities.resources && { resources: {} }),
      ...(capabilities.logging && { logging: {} }),
      ...(capabilities.completions && { completions: {} }),
    },
    serverInfo: { name: serverInfo.name, version: serverInfo.version, title: 'Forgejo, through forgejo-mcp-broker' },
    ...(instructions !== undefined && { instructions }),
  }
}
