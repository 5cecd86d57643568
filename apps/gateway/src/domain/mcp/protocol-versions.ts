import { LATEST_PROTOCOL_VERSION } from '@modelcontextprotocol/sdk/types.js'

/** The MCP revisions that sessions can have, newest first. */
export const protocolVersions = [LATEST_PROTOCOL_VERSION, '2025-06-18', '2025-03-26'] as const

/** Chooses a session's revision: the one asked for where we speak it, else our newest. */
export function negotiateVersion(asked: string): string {
  return isProtocolVersion(asked) ? asked : LATEST_PROTOCOL_VERSION
}

export function isProtocolVersion(version: string): boolean {
  return (protocolVersions as readonly string[]).includes(version)
}

/** Whether JSON-RPC batches are part of this revision: they came with 2025-03-26 and went with the next. */
export function allowsBatches(version: string): boolean {
  return version === '2025-03-26'
}

/** Whether clients of this revision understand an event with an id and empty data, which lets them resume from the start. */
export function primesStreams(version: string): boolean {
  return version >= '2025-11-25'
}
