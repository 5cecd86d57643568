import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js'
import { isRecord } from '@fjmcp-broker/shared/record'

/**
 * Whether a request is of the revisions without sessions (2026-07-28 and later): a `server/discover` probe, or one that names its
 * revision in `_meta`. Clients of both eras fall back to `initialize` when these are refused.
 */
export function isOfNewerEra({ method, params }: JSONRPCRequest): boolean {
  if (method === 'server/discover') return true
  return isRecord(params?._meta) && 'io.modelcontextprotocol/protocolVersion' in params._meta
}
