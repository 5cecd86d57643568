import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { type JSONRPCRequest, LoggingLevelSchema } from '@modelcontextprotocol/sdk/types.js'
import { type ListMethod, listMethods } from '@fjmcp-broker/shared/runner/runner'
import { z } from 'zod'
import { isRecord } from '@fjmcp-broker/shared/record'
import { describeIssues } from './describe-issues.ts'

/** What a request asks for: an answer that the broker has itself, or one of a child. */
export type SessionRequest =
  | { readonly kind: 'ping' }
  | { readonly kind: 'list'; readonly method: ListMethod; readonly cursor: string | undefined }
  | { readonly kind: 'set_log_level'; readonly level: string }
  | RelayedRequest

/** A request for the child, built anew from what its method is known to take; with it what has to be checked. */
export type RelayedRequest = Concern & { readonly message: JSONRPCRequest }

type Concern =
  | { readonly kind: 'call_tool'; readonly tool: ToolCall }
  | { readonly kind: 'read_resource'; readonly uri: string }
  | { readonly kind: 'other' }

export interface ToolCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export type RequestRejection =
  | { readonly reason: 'unknown_method'; readonly method: string }
  | { readonly reason: 'invalid_params'; readonly detail: string }

/** Of a prompt or a resource: none has so many variables. */
const mostTexts = 100

const text = z.string({ error: 'has to be a string' })
const record = z.custom<Record<string, unknown>>(isRecord, { error: 'has to be an object' })
// As one value: a schema for each member would make an issue of each, at a client's pleasure.
const texts = z.custom<Record<string, string>>(isRecordOfTexts, { error: `has to be an object of at most ${mostTexts} strings` })
const progressToken = z.union([z.string().max(256), z.int()], { error: 'has to be a string of at most 256 characters or a whole number' })
const _meta = z.object({ progressToken: progressToken.optional() }).optional()
const page = z.object({ cursor: text.optional(), _meta })
const call = z.object({ name: text.min(1).max(128), arguments: record.optional(), _meta })
const logging = z.object({ level: LoggingLevelSchema, _meta })
const resource = z.object({ uri: text, _meta })
const completion = z.object({
  ref: z.union([z.object({ type: z.literal('ref/prompt'), name: text }), z.object({ type: z.literal('ref/resource'), uri: text })]),
  argument: z.object({ name: text, value: text }),
  context: z.object({ arguments: texts.optional() }).optional(),
  _meta,
})

/**
 * Reads what a request of a session asks for, and makes the one that the child gets: only methods and parameters on this list, and of
 * `_meta` only the progress token, so that what was checked is what is executed. The arguments of a tool are the tool's own and pass as
 * they are.
 */
export function parseSessionRequest(request: JSONRPCRequest): Result<SessionRequest, RequestRejection> {
  const list = listMethods.find((method) => method === request.method)
  if (list !== undefined) return read(request, page, ({ cursor }) => ({ kind: 'list', method: list, cursor }))
  switch (request.method) {
    case 'ping':
      return ok({ kind: 'ping' })
    case 'tools/call':
      return relayed(request, call, ({ name, arguments: given = {} }) => ({ kind: 'call_tool', tool: { name, arguments: given } }))
    case 'resources/read':
      return relayed(request, resource, ({ uri }) => ({ kind: 'read_resource', uri }))
    case 'logging/setLevel':
      return read(request, logging, ({ level }) => ({ kind: 'set_log_level', level }))
    case 'completion/complete':
      return relayed(request, completion, () => ({ kind: 'other' }))
    default:
      return err({ reason: 'unknown_method', method: request.method })
  }
}

function relayed<Params extends Record<string, unknown>>(
  request: JSONRPCRequest,
  schema: z.ZodType<Params>,
  toConcern: (params: Params) => Concern,
): Result<RelayedRequest, RequestRejection> {
  const { id, method } = request
  return read(request, schema, (params) => ({ ...toConcern(params), message: { jsonrpc: '2.0', id, method, params } }))
}

function read<Params, Read>(
  { params = {} }: JSONRPCRequest,
  schema: z.ZodType<Params>,
  toRead: (params: Params) => Read,
): Result<Read, RequestRejection> {
  const parsed = schema.safeParse(params)
  return parsed.success ? ok(toRead(parsed.data)) : err({ reason: 'invalid_params', detail: describeIssues(parsed.error) })
}

function isRecordOfTexts(value: unknown): boolean {
  if (!isRecord(value)) return false
  const members = Object.values(value)
  return members.length <= mostTexts && members.every((member) => typeof member === 'string')
}
