import { isRecord } from '@fjmcp-broker/shared/record'
import type { JSONRPCErrorResponse, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse } from '@modelcontextprotocol/sdk/types.js'

/** One line of a child, sorted by what it is. */
export type ChildMessage =
  | { readonly kind: 'response'; readonly id: number; readonly message: JSONRPCResponse }
  | { readonly kind: 'request'; readonly message: JSONRPCRequest }
  | { readonly kind: 'notification'; readonly message: JSONRPCNotification }
  /** Neither; a response whose id is none of ours (`null` after a panic of the child) is that too. */
  | { readonly kind: 'garbage' }

export const garbage: ChildMessage = { kind: 'garbage' }

/**
 * Sorts a parsed line of a child. Checked by hand and not against schemas: it stands in the way of every answer, some of them of megabytes,
 * and what is inside `params`, `result` and `error.data` is for the client to judge.
 *
 * @see JSON-RPC 2.0 §4, §5
 */
export function parseChildMessage(value: unknown): ChildMessage {
  if (!isRecord(value) || value['jsonrpc'] !== '2.0') return garbage
  return typeof value['method'] === 'string' ? parseCall(value) : parseResponse(value)
}

function parseCall(value: Record<string, unknown>): ChildMessage {
  const { id, params } = value
  if (params !== undefined && !isRecord(params)) return garbage
  if (id === undefined) return { kind: 'notification', message: value as JSONRPCNotification }
  if (typeof id !== 'string' && typeof id !== 'number') return garbage
  return { kind: 'request', message: value as JSONRPCRequest }
}

function parseResponse(value: Record<string, unknown>): ChildMessage {
  const { id, result, error } = value
  if (typeof id !== 'number') return garbage
  if (isRecord(result)) return { kind: 'response', id, message: { jsonrpc: '2.0', id, result } }
  if (!isRecord(error) || typeof error['code'] !== 'number' || typeof error['message'] !== 'string') return garbage
  return { kind: 'response', id, message: { jsonrpc: '2.0', id, error: error as JSONRPCErrorResponse['error'] } }
}
