import { InitializeResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { accessLevels } from '../catalogue/access-level.ts'
import { err, ok, type Result } from '../result.ts'
import {
  type CallRejection,
  type CallRequest,
  type ChildCatalogue,
  type ChildFailure,
  childPhases,
  type ChildProgramStatus,
  type CredentialRejection,
  type Handshake,
  listMethods,
  type PushedCredential,
  type ReadRejection,
  type RunnerStatus,
  type SessionActivity,
  type SessionDescription,
  type StreamEvent,
} from './runner.ts'

/** Where on the runner's socket the WebSocket is; its frames are JSON texts. */
export const channelPath = '/channel'

/** The longest frame that holds the longest message, in bytes: both ends of the channel must agree on it. */
export function maxFrameBytes(maxMessageBytes: number): number {
  return maxMessageBytes + 64 * 1024
}

/** A frame that the gateway sends: a question, answered under its id, or `stop`, which ends a reading and is not answered. */
export type GatewayFrame = z.output<typeof gatewayFrame>

/**
 * A frame that the runner sends. `hello` comes first on every connection. A question is answered by the frame of its kind, or by `failed`.
 * After `reading` come the stream's events; nothing follows the final one, and a reading that ends otherwise ends with `read_ended`.
 * A `call` begins a reading by itself: it is answered by `refused`, or by its first event, or by `accepted` where that takes a while.
 */
export type RunnerFrame = z.output<typeof runnerFrame>

/** What is wrong with a frame, and its id where that could be read. */
export interface MalformedFrame {
  readonly id: number | undefined
  readonly detail: string
}

const id = z.int().nonnegative()
const key = z.templateLiteral(['s:', z.string()])
const stream = z.string().min(1)
const generation = z.int().nonnegative()

const session = z.object({
  key,
  userId: z.string(),
  accessLevel: z.enum(accessLevels),
  logLevel: z.string().optional(),
}) satisfies z.ZodType<SessionDescription>

const credential = z.object({ userId: z.string(), generation, accessToken: z.string().nullable() }) satisfies z.ZodType<PushedCredential>

const gatewayFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('catalogue'), id }),
  z.object({ type: z.literal('describe'), id, session }),
  z.object({ type: z.literal('call'), id, key, stream, message: z.custom<CallRequest['message']>(isJsonRpc) }),
  z.object({ type: z.literal('read'), id, key, stream, after: z.string().optional() }),
  z.object({ type: z.literal('stop'), id }),
  z.object({ type: z.literal('cancel'), id, key, requestId: z.union([z.string(), z.number()]) }),
  z.object({ type: z.literal('end'), id, key }),
  z.object({ type: z.literal('set_credential'), id, credential }),
  z.object({ type: z.literal('set_forgejo_version'), id, version: z.string() }),
  z.object({ type: z.literal('status'), id }),
  z.object({ type: z.literal('sessions'), id }),
])

const done = z.object({ ok: z.literal(true) }).transform(() => ok(undefined))

const childFailure = z.object({
  reason: z.literal('child_unavailable'),
  detail: z.string(),
}) satisfies z.ZodType<ChildFailure>

const callRejection = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('unknown_session') }),
  z.object({ reason: z.literal('too_many_calls'), limit: z.number() }),
  z.object({ reason: z.literal('too_many_calls_of_user'), limit: z.number() }),
  z.object({ reason: z.literal('queue_full'), retryAfterSeconds: z.number() }),
  z.object({ reason: z.literal('circuit_open'), detail: z.string(), retryAfterSeconds: z.number() }),
]) satisfies z.ZodType<CallRejection>

const readRejection = z.object({
  reason: z.enum(['unknown_session', 'unknown_stream', 'nothing_left']),
}) satisfies z.ZodType<ReadRejection>

const event = z.object({
  id: z.string(),
  message: z.custom<StreamEvent['message']>(isJsonRpc),
  final: z.boolean(),
  reason: z.literal('credential_dead').optional(),
}) satisfies z.ZodType<StreamEvent>

const status = z.object({
  epoch: z.string(),
  startedAtMs: z.number(),
  isolation: z.enum(['none', 'uid']),
  child: z.discriminatedUnion('state', [
    z.object({ state: z.literal('unknown') }),
    z.object({ state: z.literal('ok'), name: z.string().nullable(), version: z.string().nullable() }),
    z.object({ state: z.literal('error'), detail: z.string() }),
  ]) satisfies z.ZodType<ChildProgramStatus>,
  sessions: z.number(),
  children: z.number(),
  callsInFlight: z.number(),
}) satisfies z.ZodType<RunnerStatus>

const activity = z.object({
  key,
  phase: z.enum(childPhases),
  callsInFlight: z.number(),
  childSinceMs: z.number().optional(),
  memoryBytes: z.number().optional(),
}) satisfies z.ZodType<SessionActivity>

const catalogue = z.object({
  handshake: z.custom<Handshake>(isHandshake),
  lists: z.partialRecord(z.enum(listMethods), z.record(z.string(), z.unknown())),
}) satisfies z.ZodType<ChildCatalogue>

const rejection = z.object({ userId: z.string(), generation }) satisfies z.ZodType<CredentialRejection>

const runnerFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), epoch: z.string() }),
  z.object({ type: z.literal('catalogue'), id, result: resultOf(okOf(catalogue), childFailure) }),
  z.object({ type: z.literal('catalogue_changed') }),
  z.object({ type: z.literal('described'), id, result: resultOf(done, childFailure) }),
  z.object({ type: z.literal('accepted'), id }),
  z.object({ type: z.literal('refused'), id, rejection: callRejection }),
  z.object({ type: z.literal('reading'), id, result: resultOf(done, readRejection) }),
  z.object({ type: z.literal('done'), id }),
  z.object({ type: z.literal('status'), id, status }),
  z.object({ type: z.literal('sessions'), id, sessions: z.array(activity) }),
  z.object({ type: z.literal('failed'), id, detail: z.string() }),
  z.object({ type: z.literal('event'), id, event }),
  z.object({ type: z.literal('read_ended'), id, reason: z.enum(['ended', 'slow_reader', 'failed']) }),
  z.object({ type: z.literal('credential_rejected'), rejection }),
])

/** Parses a frame that the gateway sent. Of the JSON-RPC message in it no more is checked than that it is one. */
export function parseGatewayFrame(text: string): Result<GatewayFrame, MalformedFrame> {
  return parseFrame(gatewayFrame, text)
}

/** Parses a frame that the runner sent. Of the JSON-RPC message in it no more is checked than that it is one. */
export function parseRunnerFrame(text: string): Result<RunnerFrame, MalformedFrame> {
  return parseFrame(runnerFrame, text)
}

function parseFrame<Frame>(schema: z.ZodType<Frame>, text: string): Result<Frame, MalformedFrame> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return err({ id: undefined, detail: 'not JSON' })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return ok(parsed.data)
  return err({ id: readableId.safeParse(value).data?.id, detail: describeIssues(parsed.error) })
}

const readableId = z.object({ id })

function describeIssues(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'frame'}: ${message}`).join('; ')
}

function okOf<Value>(value: z.ZodType<Value>) {
  return z.object({ ok: z.literal(true), value }).transform((outcome) => ok(outcome.value))
}

function resultOf<Value, Failure>(success: z.ZodType<{ ok: true; value: Value }>, failure: z.ZodType<Failure>) {
  return z.union([success, z.object({ ok: z.literal(false), error: failure })])
}

function isJsonRpc(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0'
}

function isHandshake(value: unknown): boolean {
  return InitializeResultSchema.safeParse(value).success
}
