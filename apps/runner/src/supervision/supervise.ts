import { answerCall, cancelCalls, expireCalls, failCalls, markDeadCredential, relayNotification, takeCall } from './calls.ts'
import type { SessionEvent } from './event.ts'
import { runnerStopped, sessionEnded } from './explain.ts'
import {
  bury,
  closeForGood,
  giveUpChild,
  giveUpWaiting,
  kill,
  passDeadline,
  repeatLogLevel,
  retire,
  stopWaiting,
  takeChild,
  wantChild,
} from './life.ts'
import { hasProcess, type SessionState } from './session.ts'
import { andThen, type Moment, type Step, step } from './step.ts'
import { answerToChild } from './wire.ts'

/** Decides all that happens in the life of a session's child and to its calls. Events of a process that is not the current one change nothing. */
export function supervise(state: SessionState, event: SessionEvent, moment: Moment): Step {
  if ('run' in event && (event.run !== state.run || !hasProcess(state))) return step(state)
  switch (event.type) {
    case 'described':
      return describe(state, event.logLevel)
    case 'called':
      return state.over ? step(state, { type: 'hang_up', stream: event.stream }) : andThen(takeCall(state, event, moment), wantChild)
    case 'cancelled':
      return andThen(cancelCalls(state, event.requestId, moment), stopWaiting)
    case 'over':
      return end(state, moment)
    case 'runner_stopped':
      return andThen(failCalls(state, runnerStopped), (rest) => end(rest, moment))
    case 'hastened':
      return kill(state)
    case 'child_given':
      return takeChild(state, moment)
    case 'child_refused':
      return giveUpWaiting(state, event.detail)
    case 'evicted':
      return retire(state, moment)
    case 'deadline_passed':
      return andThen(andThen(expireCalls(state, moment), stopWaiting), (rest) => passDeadline(rest, moment))
    case 'received':
      return receive(state, event, moment)
    case 'broke':
      return giveUpChild(state, event.fault, moment)
    case 'ended':
      return bury(state, event.end, moment)
    case 'credential_died':
      return state.phase.name === 'ready' ? markDeadCredential(state) : step(state)
  }
}

function describe(state: SessionState, logLevel: string | undefined): Step {
  const described = { ...state, over: false, logLevel }
  return logLevel === state.logLevel ? step(described) : repeatLogLevel(described)
}

function end(state: SessionState, moment: Moment): Step {
  return andThen(failCalls({ ...state, over: true }, sessionEnded), (rest) => closeForGood(rest, moment))
}

function receive(state: SessionState, { message, size }: Extract<SessionEvent, { type: 'received' }>, moment: Moment): Step {
  if (state.phase.name === 'ending') return step(state)
  if (message.kind === 'request') return step(state, { type: 'write', message: answerToChild(message.message) })
  if (message.kind === 'garbage') return step(state, { type: 'note_ignored', what: 'garbage' })
  if (message.kind === 'notification') return relayNotification(state, message.message, size)
  return answerCall(state, { id: message.id, message: message.message, size }, moment)
}
