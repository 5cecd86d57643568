import {
  ErrorCode,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js'
import type { Effect } from './effect.ts'
import { callTimedOut, explainQueueTimeout } from './explain.ts'
import { type Call, callDeadlineMs, type SessionState } from './session.ts'
import { andThen, type Moment, type Step, step } from './step.ts'
import { cancelledNotification, errorResponse, toChild, toClient } from './wire.ts'

/** Size that a message of our own making is counted with, but for the client's id in it. */
const ownMessageSize = 512

/** Takes a call in: written at once where a child is ready, kept where not. */
export function takeCall(state: SessionState, { stream, request }: TakenCall, { nowMs, limits }: Moment): Step {
  const id = state.nextId
  const message = toChild(request, id)
  const isReady = state.phase.name === 'ready'
  const call: Call = {
    stream,
    clientId: request.id,
    clientProgressToken: request.params?._meta?.progressToken,
    unsent: isReady ? undefined : message,
    waitsUntilMs: nowMs + limits.queueMs,
    deadlineMs: nowMs + limits.callTimeoutMs,
    metDeadCredential: false,
    logLevel: requestedLogLevel(request),
  }
  const next = { ...state, nextId: id + 1, calls: new Map(state.calls).set(id, call) }
  return isReady ? step(next, { type: 'write', message }) : step(next)
}

export interface TakenCall {
  readonly stream: string
  readonly request: JSONRPCRequest
}

/** Writes all that waited for the child to become ready. */
export function writeWaiting(state: SessionState): Step {
  const effects: Effect[] = []
  const calls = new Map<number, Call>()
  for (const [id, call] of state.calls) {
    if (call.unsent !== undefined) effects.push({ type: 'write', message: call.unsent })
    calls.set(id, { ...call, unsent: undefined })
  }
  return step({ ...state, calls }, ...effects)
}

/** Passes a child's response on to the call that it answers. */
export function answerCall(
  state: SessionState,
  { id, message, size }: { readonly id: number; readonly message: JSONRPCResponse; readonly size: number },
  moment: Moment,
): Step {
  const call = state.calls.get(id)
  if (call === undefined) return step(state, { type: 'note_ignored', what: id > 0 && id < state.nextId ? 'late_answer' : 'unknown_id' })
  const failed = 'error' in message
  const logLevel = failed ? state.logLevel : (call.logLevel ?? state.logLevel)
  const isFirst = state.phase.name === 'ready' && !state.phase.hasAnswered
  return step(
    { ...noteAnswer(without(state, [id], moment)), logLevel },
    {
      type: 'answer',
      stream: call.stream,
      message: toClient(message, call.clientId),
      size: size + lengthOf(call.clientId),
      reason: failed ? deadCredential(call) : undefined,
    },
    ...(isFirst ? [{ type: 'note_proof' } as const] : []),
  )
}

function noteAnswer(state: SessionState): SessionState {
  return { ...state, failures: 0, phase: state.phase.name === 'ready' ? { ...state.phase, hasAnswered: true } : state.phase }
}

/** Passes a child's notification on: progress to its call, anything else where there is only one call that it can belong to. */
export function relayNotification(state: SessionState, message: JSONRPCNotification, size: number): Step {
  if (message.method === 'notifications/progress') return relayProgress(state, message, size)
  const [call] = state.calls.values()
  if (call === undefined || state.calls.size > 1) return step(state, { type: 'note_ignored', what: 'notification' })
  return step(state, { type: 'relay', stream: call.stream, message, size })
}

function relayProgress(state: SessionState, message: JSONRPCNotification, size: number): Step {
  const token = message.params?.['progressToken']
  const call = typeof token === 'number' ? state.calls.get(token) : undefined
  if (call?.clientProgressToken === undefined) return step(state, { type: 'note_ignored', what: 'unknown_progress_token' })
  const forClient = { ...message, params: { ...message.params, progressToken: call.clientProgressToken } }
  return step(state, { type: 'relay', stream: call.stream, message: forClient, size: size + lengthOf(call.clientProgressToken) })
}

/** Drops every call that the client gave this id; a child at work on it is told. */
export function cancelCalls(state: SessionState, requestId: RequestId, moment: Moment): Step {
  const cancelled = [...state.calls].filter(([, call]) => call.clientId === requestId)
  return dropCalls(
    state,
    { calls: cancelled, why: 'cancelled by the client', farewell: ({ stream }) => ({ type: 'hang_up', stream }) },
    moment,
  )
}

/** Answers every call whose time is over, be it to wait or in all; a child at work on it is told. */
export function expireCalls(state: SessionState, moment: Moment): Step {
  const expired = [...state.calls].filter(([, call]) => callDeadlineMs(call) <= moment.nowMs)
  const waited = { code: ErrorCode.InternalError, message: explainQueueTimeout(moment.limits.queueMs) }
  const worked = { code: ErrorCode.RequestTimeout, message: callTimedOut }
  return dropCalls(
    state,
    { calls: expired, why: 'timed out', farewell: (call) => failure(call, call.unsent === undefined ? worked : waited) },
    moment,
  )
}

/** Answers every call with an error. */
export function failCalls(state: SessionState, message: string): Step {
  const effects = [...state.calls.values()].map((call) => failure(call, { code: ErrorCode.InternalError, message }))
  return step({ ...state, calls: new Map() }, ...effects)
}

/** Remembers that the calls under way met a dead credential, so that their failures say so. */
export function markDeadCredential(state: SessionState): Step {
  const calls = new Map([...state.calls].map(([id, call]) => [id, { ...call, metDeadCredential: true }]))
  return step({ ...state, calls })
}

function dropCalls(
  state: SessionState,
  dropped: { readonly calls: readonly (readonly [number, Call])[]; readonly why: string; readonly farewell: (call: Call) => Effect },
  moment: Moment,
): Step {
  if (dropped.calls.length === 0) return step(state)
  const ids = dropped.calls.map(([id]) => id)
  const farewells = step(without(state, ids, moment), ...dropped.calls.map(([, call]) => dropped.farewell(call)))
  if (state.phase.name !== 'ready') return farewells
  return andThen(farewells, (rest) =>
    step(rest, ...ids.map((id): Effect => ({ type: 'write', message: cancelledNotification(id, dropped.why) }))),
  )
}

function without(state: SessionState, ids: readonly number[], { nowMs }: Moment): SessionState {
  const calls = new Map(state.calls)
  for (const id of ids) calls.delete(id)
  return { ...state, calls, phase: state.phase.name === 'ready' ? { ...state.phase, lastUsedMs: nowMs } : state.phase }
}

function failure(call: Call, error: { readonly code: number; readonly message: string }): Effect {
  const message = errorResponse(call.clientId, error)
  return { type: 'answer', stream: call.stream, message, size: ownMessageSize + lengthOf(call.clientId), reason: deadCredential(call) }
}

/** What an id or token of the client's adds to the size of a message. */
function lengthOf(chosen: string | number): number {
  return String(chosen).length
}

function deadCredential(call: Call): 'credential_dead' | undefined {
  return call.metDeadCredential ? 'credential_dead' : undefined
}

function requestedLogLevel({ method, params }: JSONRPCRequest): string | undefined {
  if (method !== 'logging/setLevel') return undefined
  const level = params?.['level']
  return typeof level === 'string' ? level : undefined
}
