import { type JSONRPCNotification, type JSONRPCRequest, type RequestId } from '@modelcontextprotocol/sdk/types.js'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { z } from 'zod'
import { checkStructure, type StructureRejection, valuesLimit } from '@fjmcp-broker/shared/json-structure'
import { isRecord } from '@fjmcp-broker/shared/record'
import { hasExactNumbers } from './exact-numbers.ts'

/** What a client may send. Responses are of no use: the broker asks clients nothing. */
export type ClientMessage =
  | { readonly kind: 'request'; readonly request: JSONRPCRequest }
  | { readonly kind: 'notification'; readonly notification: JSONRPCNotification }
  | { readonly kind: 'response' }

/** Something that is JSON but no JSON-RPC message; `id` where one can be read. */
export interface InvalidMessage {
  readonly id: RequestId | null
  readonly detail: string
}

export type Body =
  | { readonly isBatch: false; readonly message: Result<ClientMessage, InvalidMessage> }
  | { readonly isBatch: true; readonly messages: readonly Result<ClientMessage, InvalidMessage>[] }

export type BodyRejection = StructureRejection | { readonly reason: 'not_json' | 'inexact_number' | 'empty_batch' | 'batch_too_long' }

/** Levels of nesting in one message: far more than any tool's arguments have, far less than overflows a stack. */
export const nestingLimit = 64

/** Messages in one batch. */
export const batchLimit = 100

/**
 * Parses the body of a POST. Messages are built anew from the members that JSON-RPC knows: of a repeated one the last counts,
 * others (`Method` for `method`) do not get through.
 *
 * @see JSON-RPC 2.0 §4 and §6
 */
export function parseBody(text: string): Result<Body, BodyRejection> {
  const structure = checkStructure(text, { levels: nestingLimit, values: valuesLimit })
  if (!structure.ok) return structure
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return err({ reason: 'not_json' })
  }
  if (!hasExactNumbers(value)) return err({ reason: 'inexact_number' })
  if (!Array.isArray(value)) return ok({ isBatch: false, message: parseMessage(value) })
  if (value.length === 0) return err({ reason: 'empty_batch' })
  if (value.length > batchLimit) return err({ reason: 'batch_too_long' })
  return ok({ isBatch: true, messages: value.map(parseMessage) })
}

const params = z.custom<Record<string, unknown>>(isRecord, { error: 'has to be an object' }).optional()
const jsonrpc = z.literal('2.0', { error: 'has to be "2.0"' })
const method = z.string({ error: 'has to be a string' })
// It is kept beside the response for as long as that is: what a client makes it cost is bounded here.
const id = z.union([z.string().max(256), z.int()], { error: 'has to be a string of at most 256 characters or a whole number' })
const request = z.object({ jsonrpc, id, method, params })
const notification = z.object({ jsonrpc, method, params })
const response = z.object({ jsonrpc })

function parseMessage(value: unknown): Result<ClientMessage, InvalidMessage> {
  if (!isRecord(value)) return err({ id: null, detail: 'a message has to be an object' })
  if (!('method' in value) && ('result' in value || 'error' in value)) return checked(value, response, () => ({ kind: 'response' }))
  if ('id' in value) return checked(value, request, (request) => ({ kind: 'request', request }))
  return checked(value, notification, (notification) => ({ kind: 'notification', notification }))
}

function checked<Output>(
  value: Readonly<Record<string, unknown>>,
  schema: z.ZodType<Output>,
  toMessage: (output: Output) => ClientMessage,
): Result<ClientMessage, InvalidMessage> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return ok(toMessage(parsed.data))
  const detail = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')
  return err({ id: id.safeParse(value['id']).data ?? null, detail })
}
