import { ErrorCode, type RequestId } from '@modelcontextprotocol/sdk/types.js'

/** Error codes that the gateway answers with: those of JSON-RPC 2.0, and two of its range for servers. */
export const errorCodes = {
  parseError: ErrorCode.ParseError,
  invalidRequest: ErrorCode.InvalidRequest,
  methodNotFound: ErrorCode.MethodNotFound,
  invalidParams: ErrorCode.InvalidParams,
  internalError: ErrorCode.InternalError,
  /** Refused for a reason that is the broker's own. */
  refused: -32_000,
  /** There is no such session, or it is somebody else's: clients start a new one. */
  sessionNotFound: -32_001,
} as const

/** A JSON-RPC error response. Where the request's id could not be read it is null, as JSON-RPC 2.0 asks. */
export interface ErrorReply {
  readonly jsonrpc: '2.0'
  readonly id: RequestId | null
  readonly error: { readonly code: number; readonly message: string }
}

/** @param error.message For a person: what is wrong and what to do. Holds no secret and no path. */
export function errorReply(id: RequestId | null, error: { readonly code: number; readonly message: string }): ErrorReply {
  return { jsonrpc: '2.0', id, error }
}

/**
 * A response in JSON around a result that is JSON already: a list is long, and the same for many.
 *
 * @param resultJson An object.
 */
export function resultReply(id: RequestId, resultJson: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultJson}}`
}
