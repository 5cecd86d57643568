import { ErrorCode, type JSONRPCErrorResponse } from '@modelcontextprotocol/sdk/types.js'
import type { StreamEvent } from './runner.ts'

/** Stands in the place of a response that could not be kept until it was read. */
export function cutOffResponse({ message }: Pick<StreamEvent, 'message'>): JSONRPCErrorResponse {
  const error = { code: ErrorCode.InternalError, message: 'The answer was not fetched in time and is no longer kept.' }
  return { jsonrpc: '2.0', id: 'id' in message ? message.id : undefined, error }
}
