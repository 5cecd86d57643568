import { failCalls, writeWaiting } from './calls.ts'
import { beginEnding, type Ending, killAtOnce, pressHarder } from './ending.ts'
import type { Effect } from './effect.ts'
import type { ChildEnd, ChildFault } from './event.ts'
import { explainExit, explainFault, explainFruitlessEnd, explainFruitlessFault } from './explain.ts'
import type { SessionState } from './session.ts'
import { andThen, type Moment, type Step, step } from './step.ts'
import { setLevelRequest } from './wire.ts'

/** Asks for a child where there is none and none is on its way. */
export function wantChild(state: SessionState): Step {
  return step(state.phase.name === 'absent' ? { ...state, phase: { name: 'waiting' } } : state)
}

/** Stops waiting for a child once nobody needs it any more. */
export function stopWaiting(state: SessionState): Step {
  const isNeedless = state.phase.name === 'waiting' && state.calls.size === 0
  return step(isNeedless ? { ...state, phase: { name: 'absent' } } : state)
}

/** A ready child is the session's: it hears what the session set, and every call that waited. */
export function takeChild(state: SessionState, { nowMs }: Moment): Step {
  if (state.phase.name !== 'waiting') throw new Error('A child was given to a session that does not wait for one')
  const ready: SessionState = { ...state, run: state.run + 1, phase: { name: 'ready', lastUsedMs: nowMs, hasAnswered: false } }
  return andThen(repeatLogLevel(ready), writeWaiting)
}

/** No child will come: whoever needs it is told. */
export function giveUpWaiting(state: SessionState, detail: string): Step {
  return state.phase.name === 'waiting' ? failCalls({ ...state, phase: { name: 'absent' } }, detail) : step(state)
}

/** Tells a ready child the level that the session set. */
export function repeatLogLevel(state: SessionState): Step {
  if (state.logLevel === undefined || state.phase.name !== 'ready') return step(state)
  const message = setLevelRequest(state.nextId, state.logLevel)
  return step({ ...state, nextId: state.nextId + 1 }, { type: 'write', message })
}

/** Asks a ready child to end because nobody needs it. */
export function retire(state: SessionState, moment: Moment): Step {
  return state.phase.name === 'ready' && state.calls.size === 0 ? close(state, moment) : step(state)
}

/** No sense can be made of the child any more. */
export function giveUpChild(state: SessionState, fault: ChildFault, moment: Moment): Step {
  if (state.phase.name !== 'ready') return step(state)
  const detail = isFaultOfProgram(fault) ? explainFruitlessFault(fault) : undefined
  return andThen(lose(state, { told: explainFault(fault), detail }), (failed) => close(failed, moment))
}

/** The session has no use for a child for ever after. */
export function closeForGood(state: SessionState, moment: Moment): Step {
  switch (state.phase.name) {
    case 'ready':
      return close({ ...state, failures: 0 }, moment)
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
  return state.phase.name === 'ending' ? continueEnding(state, killAtOnce(state.phase)) : step(state)
}

/** The process is gone. */
export function bury(state: SessionState, end: ChildEnd, moment: Moment): Step {
  if (state.phase.name === 'ending') return settle(state, state.phase.retryAtMs, moment)
  if (state.phase.name !== 'ready') return step(state)
  return andThen(lose(state, { told: explainExit(end), detail: isKilledBySystem(end) ? undefined : explainFruitlessEnd(end) }), (failed) =>
    settle(failed, retryAtMs(failed, moment), moment),
  )
}

/** The time of the phase is up. */
export function passDeadline(state: SessionState, moment: Moment): Step {
  const { phase } = state
  const { nowMs, limits } = moment
  switch (phase.name) {
    case 'absent':
    case 'waiting':
      return step(state)
    case 'ready':
      return phase.lastUsedMs + limits.childIdleMs <= nowMs ? retire(state, moment) : step(state)
    case 'ending':
      return continueEnding(state, pressHarder(phase, moment))
    case 'backing_off':
      return phase.retryAtMs <= nowMs ? settle(state, 0, moment) : step(state)
  }
}

function close(state: SessionState, moment: Moment): Step {
  const phase = { name: 'ending', ...beginEnding(moment), retryAtMs: retryAtMs(state, moment) } as const
  return step({ ...state, phase }, { type: 'close' })
}

function continueEnding(state: SessionState, next: { readonly ending: Ending; readonly effects: readonly Effect[] }): Step {
  if (state.phase.name !== 'ending' || next.effects.length === 0) return step(state)
  return step({ ...state, phase: { ...state.phase, ...next.ending } }, ...next.effects)
}

/**
 * A child failed: its calls are answered, and one that never answered anything speaks against the program.
 *
 * @param detail What it says against the program; absent where it says nothing.
 */
function lose(state: SessionState, { told, detail }: { readonly told: string; readonly detail: string | undefined }): Step {
  const isFruitless = state.phase.name === 'ready' && !state.phase.hasAnswered
  return andThen(failCalls({ ...state, failures: state.failures + 1 }, told), (failed) =>
    isFruitless && detail !== undefined ? step(failed, { type: 'note_loss', detail }) : step(failed),
  )
}

/** Who takes memory faster than it is measured is ended by the system. */
function isKilledBySystem(end: ChildEnd): boolean {
  return end.kind === 'exited' && end.signal === 'SIGKILL'
}

/** Whether the program is to blame. What a call can bring about is not held against it: a few users could keep everybody from their children. */
function isFaultOfProgram(fault: ChildFault): boolean {
  switch (fault) {
    case 'output_closed':
      return true
    case 'message_too_long':
    case 'input_stuck':
    case 'memory_exceeded':
    case 'stdout_flood':
    case 'stderr_flood':
      return false
  }
}

/** Where a session goes that has no process any more. */
function settle(state: SessionState, retryAtMs: number, { nowMs }: Moment): Step {
  if (state.over) return step({ ...state, phase: { name: 'absent' } })
  if (retryAtMs > nowMs) return step({ ...state, phase: { name: 'backing_off', retryAtMs } })
  return step({ ...state, phase: { name: state.calls.size > 0 ? 'waiting' : 'absent' } })
}

/**
 * When the session may have a child again. The first failure is forgiven. From the second in a row on the wait is doubled each time, up to a
 * limit, and up to half of it is left to chance, so that what failed together is not tried again together.
 */
function retryAtMs({ failures }: SessionState, { nowMs, limits, chance }: Moment): number {
  if (failures < 2) return nowMs
  const longestMs = Math.min(limits.firstBackOffMs * 2 ** (failures - 2), limits.longestBackOffMs)
  return nowMs + longestMs * (1 - chance / 2)
}
