import type { ChildCatalogue, Handshake } from '@fjmcp-broker/shared/runner/runner'
import { InitializeResultSchema, type JSONRPCResponse } from '@modelcontextprotocol/sdk/types.js'
import type { ChildMessage } from './child-message.ts'
import type { ChildLoss } from './circuit.ts'
import { beginEnding, type Ending, endingDeadlineMs, killAtOnce, pressHarder } from './ending.ts'
import type { ChildEffect, Effect } from './effect.ts'
import type { ChildEnd, ChildEvent } from './event.ts'
import {
  explainEarlyEnd,
  explainFailedStart,
  explainFruitlessFault,
  explainProtocolVersion,
  explainStartTimeout,
  explainUntoldList,
  refusedHandshake,
} from './explain.ts'
import { beginLearning, continueLearning, type Learning, type Learnt } from './learning.ts'
import type { Limits } from './limits.ts'
import { acceptedProtocolVersions, answerToChild, initializedNotification, initializeRequest } from './wire.ts'

/**
 * A child that no session has: it comes up, one of them tells what all offer, and it is there for whoever comes first.
 *
 *     starting ──handshake──► learning ──last list──► ready ──taken──► a session's
 *         │        └── what it offers is known ─────►  │
 *         └──────── failed, retired, one too many ─────┴────► ending ──exit──► gone
 */
export type Newcomer =
  | { readonly name: 'starting'; readonly deadlineMs: number }
  | { readonly name: 'learning'; readonly deadlineMs: number; readonly learning: Learning }
  /** One that lived until `livedAtMs` has shown that the program comes up and stays. */
  | { readonly name: 'ready'; readonly livedAtMs: number | undefined }
  | ({ readonly name: 'ending' } & Ending)
  | { readonly name: 'gone' }

export type NewcomerEvent =
  | Exclude<ChildEvent, { type: 'credential_died' }>
  | { readonly type: 'deadline_passed' }
  /** Nobody needs it. */
  | { readonly type: 'retired' }
  | { readonly type: 'hastened' }

export type NewcomerEffect =
  | ChildEffect
  | Extract<Effect, { type: 'note_ignored' }>
  /** It said another version than is known: what was known is void. */
  | { readonly type: 'outdated' }
  /** It is ready. */
  | { readonly type: 'came_up'; readonly handshake: Handshake }
  | { readonly type: 'learned'; readonly catalogue: ChildCatalogue }
  | { readonly type: 'lived' }
  | { readonly type: 'failed'; readonly loss: Exclude<ChildLoss, { of: 'user' }> }

export interface NewcomerStep {
  readonly state: Newcomer
  readonly effects: readonly NewcomerEffect[]
}

/** What a decision may depend on beside the state and the event. */
export interface NewcomerMoment {
  readonly nowMs: number
  readonly limits: Pick<Limits, 'startTimeoutMs' | 'endGraceMs' | 'catalogueSize'>
  /** What is known of the program. */
  readonly catalogue: ChildCatalogue | undefined
  /** Whether another child is telling it. */
  readonly isBeingLearned: boolean
}

const initializeId = 1
/** One that ends later is replaced less often than the circuit would try. */
const livingMs = 60_000
/** What the system says where it has no room for another process. */
const noRoom: ReadonlySet<string> = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'NO_FREE_UID'])

export function beginNewcomer({ nowMs, limits }: Pick<NewcomerMoment, 'nowMs' | 'limits'>): NewcomerStep {
  return step({ name: 'starting', deadlineMs: nowMs + limits.startTimeoutMs }, { type: 'write', message: initializeRequest(initializeId) })
}

/** Decides all that happens to a child until a session has it. */
export function superviseNewcomer(state: Newcomer, event: NewcomerEvent, moment: NewcomerMoment): NewcomerStep {
  switch (event.type) {
    case 'received':
      return receive(state, event, moment)
    case 'broke':
      return fail(state, explainFruitlessFault(event.fault), moment)
    case 'ended':
      return bury(state, event.end)
    case 'deadline_passed':
      return passDeadline(state, moment)
    case 'retired':
      return isUp(state) ? close(moment) : step(state)
    case 'hastened':
      return state.name === 'ending' ? continueEnding(killAtOnce(state)) : step(state)
  }
}

/** When it has to be looked at even if nothing happens, in milliseconds since the Unix epoch. */
export function newcomerDeadlineMs(state: Newcomer): number | undefined {
  switch (state.name) {
    case 'starting':
    case 'learning':
      return state.deadlineMs
    case 'ready':
      return state.livedAtMs
    case 'ending':
      return endingDeadlineMs(state)
    case 'gone':
      return undefined
  }
}

function receive(
  state: Newcomer,
  { message, size }: { readonly message: ChildMessage; readonly size: number },
  moment: NewcomerMoment,
): NewcomerStep {
  if (!isUp(state)) return step(state)
  if (message.kind === 'request') return step(state, { type: 'write', message: answerToChild(message.message) })
  if (message.kind === 'garbage') return step(state, { type: 'note_ignored', what: 'garbage' })
  if (message.kind === 'notification') return step(state, { type: 'note_ignored', what: 'notification' })
  if (state.name === 'starting' && message.id === initializeId) return greet(state, message.message, moment)
  if (state.name === 'learning' && message.id === state.learning.id) {
    const learnt = continueLearning(state.learning, { message: message.message, size }, moment.limits.catalogueSize)
    return goOn(state, learnt, moment)
  }
  return step(state, { type: 'note_ignored', what: 'unknown_id' })
}

function greet(state: Extract<Newcomer, { name: 'starting' }>, response: JSONRPCResponse, moment: NewcomerMoment): NewcomerStep {
  const parsed = 'result' in response ? InitializeResultSchema.safeParse(response.result) : undefined
  if (parsed?.success !== true) return fail(state, refusedHandshake, moment)
  const handshake = parsed.data
  if (!acceptedProtocolVersions.includes(handshake.protocolVersion)) {
    return fail(state, explainProtocolVersion(handshake.protocolVersion), moment)
  }
  const isNews = moment.catalogue !== undefined && !isSameProgram(moment.catalogue.handshake, handshake)
  const greeted: readonly NewcomerEffect[] = [
    ...(isNews ? [{ type: 'outdated' } as const] : []),
    { type: 'write', message: initializedNotification },
  ]
  const hasToTell = isNews || (moment.catalogue === undefined && !moment.isBeingLearned)
  const next = hasToTell ? goOn(state, beginLearning(handshake, initializeId + 1), moment) : comeUp(handshake, moment)
  return step(next.state, ...greeted, ...next.effects)
}

function goOn(state: Extract<Newcomer, { name: 'starting' | 'learning' }>, learnt: Learnt, moment: NewcomerMoment): NewcomerStep {
  switch (learnt.kind) {
    case 'all':
      return comeUp(learnt.catalogue.handshake, moment, { type: 'learned', catalogue: learnt.catalogue })
    case 'failed':
      return fail(state, explainUntoldList(learnt.method), moment)
    case 'question': {
      const { deadlineMs } = state
      return step({ name: 'learning', deadlineMs, learning: learnt.learning }, { type: 'write', message: learnt.request })
    }
  }
}

function comeUp(handshake: Handshake, { nowMs }: NewcomerMoment, ...effects: readonly NewcomerEffect[]): NewcomerStep {
  return step({ name: 'ready', livedAtMs: nowMs + livingMs }, ...effects, { type: 'came_up', handshake })
}

function passDeadline(state: Newcomer, moment: NewcomerMoment): NewcomerStep {
  if ((newcomerDeadlineMs(state) ?? Infinity) > moment.nowMs) return step(state)
  if (state.name === 'ready') return step({ ...state, livedAtMs: undefined }, { type: 'lived' })
  return state.name === 'ending'
    ? continueEnding(pressHarder(state, moment))
    : fail(state, explainStartTimeout(moment.limits.startTimeoutMs), moment)
}

function bury(state: Newcomer, end: ChildEnd): NewcomerStep {
  if (!isUp(state)) return step({ name: 'gone' })
  const detail = state.name === 'ready' ? explainEarlyEnd(end) : explainFailedStart(end)
  const isNoRoom = end.kind === 'not_started' && end.cause.reason === 'refused' && noRoom.has(end.cause.code)
  return step({ name: 'gone' }, { type: 'failed', loss: { of: isNoRoom ? 'system' : 'nobody', detail } })
}

function fail(state: Newcomer, detail: string, moment: NewcomerMoment): NewcomerStep {
  if (!isUp(state)) return step(state)
  const closing = close(moment)
  return step(closing.state, { type: 'failed', loss: { of: 'nobody', detail } }, ...closing.effects)
}

function close(moment: NewcomerMoment): NewcomerStep {
  return step({ name: 'ending', ...beginEnding(moment) }, { type: 'close' })
}

function continueEnding({ ending, effects }: ReturnType<typeof pressHarder>): NewcomerStep {
  return step({ name: 'ending', ...ending }, ...effects)
}

function isUp({ name }: Newcomer): boolean {
  return name === 'starting' || name === 'learning' || name === 'ready'
}

function isSameProgram(known: Handshake, met: Handshake): boolean {
  return (
    known.protocolVersion === met.protocolVersion &&
    known.serverInfo.name === met.serverInfo.name &&
    known.serverInfo.version === met.serverInfo.version
  )
}

function step(state: Newcomer, ...effects: readonly NewcomerEffect[]): NewcomerStep {
  return { state, effects }
}
