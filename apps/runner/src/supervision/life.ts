import { InitializeResultSchema, type JSONRPCResponse } from '@modelcontextprotocol/sdk/types.js'
import { failCalls, writeWaiting } from './calls.ts'
import type { Effect, NoChild } from './effect.ts'
import type { ChildEnd, ChildFault } from './event.ts'
import {
  atCapacity,
  brokenStart,
  explainExit,
  explainFailedStart,
  explainFault,
  explainProtocolVersion,
  explainStartTimeout,
  refusedHandshake,
} from './explain.ts'
import type { Limits, SessionState } from './session.ts'
import { andThen, type Moment, type Step, step } from './step.ts'
import { acceptedProtocolVersions, initializedNotification, initializeRequest, setLevelRequest } from './wire.ts'

/** Somebody wants to know what a child says of itself. */
export function wantHandshake(state: SessionState): Step {
  if (state.over) return step(state, { type: 'report_no_child', failure: { reason: 'session_over' } })
  if (state.phase.name === 'ready') return step(state, { type: 'report_handshake', handshake: state.phase.handshake })
  return wantChild({ ...state, handshakeWanted: true })
}

/** Asks for a child where there is none and none is on its way. */
export function wantChild(state: SessionState): Step {
  return step(state.phase.name === 'absent' ? { ...state, phase: { name: 'waiting' } } : state)
}

/** Stops waiting for a place once nobody needs the child any more. */
export function stopWaiting(state: SessionState): Step {
  const isNeedless = state.phase.name === 'waiting' && !isNeeded(state)
  return step(isNeedless ? { ...state, phase: { name: 'absent' } } : state)
}

/** There is a place: the child starts. */
export function start(state: SessionState, { nowMs, limits }: Moment): Step {
  if (state.phase.name !== 'waiting') return step(state)
  const run = state.run + 1
  const initializeId = state.nextId
  return step(
    { ...state, run, nextId: initializeId + 1, phase: { name: 'starting', initializeId, deadlineMs: nowMs + limits.startTimeoutMs } },
    { type: 'start', run },
    { type: 'write', message: initializeRequest(initializeId) },
  )
}

/** There is no place and none becomes free: whoever needs the child is told. */
export function giveUpWaiting(state: SessionState): Step {
  if (state.phase.name !== 'waiting') return step(state)
  return disappoint({ ...state, phase: { name: 'absent' } }, { reason: 'at_capacity', detail: atCapacity })
}

/** The child answered `initialize`. */
export function greet(state: SessionState, response: JSONRPCResponse, moment: Moment): Step {
  if (!('result' in response)) return failStart(state, refusedHandshake, moment)
  const parsed = InitializeResultSchema.safeParse(response.result)
  if (!parsed.success) return failStart(state, refusedHandshake, moment)
  const handshake = parsed.data
  if (!acceptedProtocolVersions.includes(handshake.protocolVersion)) {
    return failStart(state, explainProtocolVersion(handshake.protocolVersion), moment)
  }
  const ready: SessionState = {
    ...state,
    failures: 0,
    handshakeWanted: false,
    phase: { name: 'ready', handshake, lastUsedMs: moment.nowMs },
  }
  const greeted = step(ready, { type: 'report_handshake', handshake }, { type: 'write', message: initializedNotification })
  return andThen(andThen(greeted, repeatLogLevel), writeWaiting)
}

/** Tells a ready child the level that the session set. */
export function repeatLogLevel(state: SessionState): Step {
  if (state.logLevel === undefined || state.phase.name !== 'ready') return step(state)
  const message = setLevelRequest(state.nextId, state.logLevel)
  return step({ ...state, nextId: state.nextId + 1 }, { type: 'write', message })
}

/** Asks a ready child to end because nobody needs it. */
export function retire(state: SessionState, moment: Moment): Step {
  if (state.phase.name !== 'ready' || state.calls.size > 0) return step(state)
  return close(state, 0, moment)
}

/** No sense can be made of the child any more. */
export function giveUpChild(state: SessionState, fault: ChildFault, moment: Moment): Step {
  if (state.phase.name === 'starting') return failStart(state, brokenStart, moment)
  if (state.phase.name !== 'ready') return step(state)
  return andThen(failCalls(state, explainFault(fault)), (failed) => close(failed, 0, moment))
}

/** The session has no use for a child for ever after. */
export function closeForGood(state: SessionState, moment: Moment): Step {
  switch (state.phase.name) {
    case 'starting':
    case 'ready':
      return close(state, 0, moment)
    case 'ending':
      return step(state)
    case 'absent':
    case 'waiting':
    case 'backing_off':
      return step({ ...state, phase: { name: 'absent' } })
  }
}

/** Waits no longer for a process that was asked to end. */
export function kill(state: SessionState): Step {
  if (state.phase.name !== 'ending' || state.phase.step === 'killed') return step(state)
  return step({ ...state, phase: { ...state.phase, step: 'killed' } }, { type: 'signal', signal: 'SIGKILL' })
}

/** The process is gone. */
export function bury(state: SessionState, end: ChildEnd, moment: Moment): Step {
  switch (state.phase.name) {
    case 'starting':
      return fail({ ...state, phase: { name: 'absent' } }, explainFailedStart(end), (failed) =>
        settle(failed, retryAtMs(failed, moment), moment),
      )
    case 'ready':
      return failCalls({ ...state, phase: { name: 'absent' } }, explainExit(end))
    case 'ending':
      return settle(state, state.phase.retryAtMs, moment)
    case 'absent':
    case 'waiting':
    case 'backing_off':
      return step(state)
  }
}

/** The time of the phase is up. */
export function passDeadline(state: SessionState, moment: Moment): Step {
  const { phase } = state
  const { nowMs, limits } = moment
  switch (phase.name) {
    case 'absent':
    case 'waiting':
      return step(state)
    case 'starting':
      return phase.deadlineMs <= nowMs ? failStart(state, explainStartTimeout(limits.startTimeoutMs), moment) : step(state)
    case 'ready':
      return phase.lastUsedMs + limits.childIdleMs <= nowMs ? retire(state, moment) : step(state)
    case 'ending':
      return phase.deadlineMs <= nowMs ? pressHarder(state, moment) : step(state)
    case 'backing_off':
      return phase.retryAtMs <= nowMs ? settle(state, 0, moment) : step(state)
  }
}

function pressHarder(state: SessionState, { nowMs, limits }: Moment): Step {
  if (state.phase.name !== 'ending' || state.phase.step === 'killed') return step(state)
  const isFirst = state.phase.step === 'input_closed'
  const phase = { ...state.phase, step: isFirst ? 'terminated' : 'killed', deadlineMs: nowMs + limits.endGraceMs } as const
  return step({ ...state, phase }, { type: 'signal', signal: isFirst ? 'SIGTERM' : 'SIGKILL' })
}

/** The child did not come up, but its process is there and has to go. */
function failStart(state: SessionState, detail: string, moment: Moment): Step {
  return fail(state, detail, (failed) => close(failed, retryAtMs(failed, moment), moment))
}

function fail(state: SessionState, detail: string, next: (failed: SessionState) => Step): Step {
  const told = disappoint({ ...state, failures: state.failures + 1 }, { reason: 'child_unavailable', detail })
  const reported = step(told.state, { type: 'report_failed_start', detail }, ...told.effects)
  return andThen(reported, next)
}

function disappoint(state: SessionState, failure: Extract<NoChild, { detail: string }>): Step {
  const reports: readonly Effect[] = state.handshakeWanted ? [{ type: 'report_no_child', failure }] : []
  return andThen(step({ ...state, handshakeWanted: false }, ...reports), (told) => failCalls(told, failure.detail))
}

function close(state: SessionState, retryAtMs: number, { nowMs, limits }: Moment): Step {
  const phase = { name: 'ending', step: 'input_closed', deadlineMs: nowMs + limits.endGraceMs, retryAtMs } as const
  return step({ ...state, phase }, { type: 'close' })
}

/** Where a session goes that has no process any more. */
function settle(state: SessionState, retryAtMs: number, { nowMs }: Moment): Step {
  if (state.over) return step({ ...state, phase: { name: 'absent' } })
  if (retryAtMs > nowMs) return step({ ...state, phase: { name: 'backing_off', retryAtMs } })
  return step({ ...state, phase: { name: isNeeded(state) ? 'waiting' : 'absent' } })
}

function isNeeded({ calls, handshakeWanted }: SessionState): boolean {
  return calls.size > 0 || handshakeWanted
}

function retryAtMs({ failures }: SessionState, { nowMs, limits }: Moment): number {
  return nowMs + backOffMs(failures, limits)
}

/** How long to wait after so many failures in a row: doubled each time, up to a limit. */
function backOffMs(failures: number, { firstBackOffMs, longestBackOffMs }: Limits): number {
  return Math.min(firstBackOffMs * 2 ** (failures - 1), longestBackOffMs)
}
