import { ErrorCode, type JSONRPCErrorResponse } from '@modelcontextprotocol/sdk/types.js'

/** Stands in the place of an answer that is too large, nested too deeply or of too many values to be passed on. */
export function answeredTooMuch(id: JSONRPCErrorResponse['id']): JSONRPCErrorResponse {
  const message = 'forgejo-mcp answered with more than the broker passes on. Ask for less.'
  return { jsonrpc: '2.0', id, error: { code: ErrorCode.InternalError, message } }
}
