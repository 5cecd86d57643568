import type { ListMethod } from '@fjmcp-broker/shared/runner/runner'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import {
  ErrorCode,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js'

/** The revision at which every child is initialized, whatever its client speaks. */
const childProtocolVersion = '2025-11-25'

/** Revisions with which a child may answer; an older program answers with an older one, and its tools are called the same way. */
export const acceptedProtocolVersions: readonly string[] = [childProtocolVersion, '2025-06-18', '2025-03-26']

/** No capability is declared: whatever a child then asks of its client is refused. */
export function initializeRequest(id: number): JSONRPCRequest {
  return {
    jsonrpc: '2.0',
    id,
    method: 'initialize',
    params: { protocolVersion: childProtocolVersion, capabilities: {}, clientInfo: { name: 'forgejo-mcp-broker', version: brokerVersion } },
  }
}

export const initializedNotification: JSONRPCNotification = { jsonrpc: '2.0', method: 'notifications/initialized' }

export function listRequest(id: number, method: ListMethod, cursor?: string): JSONRPCRequest {
  return { jsonrpc: '2.0', id, method, ...(cursor !== undefined && { params: { cursor } }) }
}

export function setLevelRequest(id: number, level: string): JSONRPCRequest {
  return { jsonrpc: '2.0', id, method: 'logging/setLevel', params: { level } }
}

export function cancelledNotification(requestId: number, reason: string): JSONRPCNotification {
  return { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason } }
}

/** The client's request under our id; where it asks for progress, the token is our id too. */
export function toChild({ method, params }: JSONRPCRequest, id: number): JSONRPCRequest {
  if (params?._meta?.progressToken === undefined) return { jsonrpc: '2.0', id, method, ...(params && { params }) }
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...params._meta, progressToken: id } } }
}

/** The child's response under the client's id, of the client's type. */
export function toClient(response: JSONRPCResponse, id: RequestId): JSONRPCResponse {
  return { ...response, id }
}

/** Answers a request that a child makes of its client: a ping, or what no client of ours was said to be able to do. */
export function answerToChild({ id, method }: JSONRPCRequest): JSONRPCResponse {
  if (method === 'ping') return { jsonrpc: '2.0', id, result: {} }
  return errorResponse(id, { code: ErrorCode.MethodNotFound, message: `${method} is not supported` })
}

export function errorResponse(id: RequestId, error: { readonly code: number; readonly message: string }): JSONRPCResponse {
  return { jsonrpc: '2.0', id, error }
}
