import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { CallRejection } from '@fjmcp-broker/shared/runner/runner'
import { type Circuit, retryAfterSeconds } from '../supervision/circuit.ts'
import type { SessionState } from '../supervision/session.ts'
import type { CallCount } from './call-counts.ts'

export interface CallLimits {
  readonly callsPerSession: number
  readonly callsPerUser: number
  /** Sessions that wait for a place, and twice the calls of one user that wait. */
  readonly queueLength: number
}

/**
 * Whether one more call of a session is taken. The queue is bounded by the sessions in it that would get a child if there was a place; those
 * that wait for their own user's limit are in nobody's way. What one user's calls take of memory while they wait has a bound of its own.
 */
export function checkCall({
  state,
  waitingForPlaces,
  ofUser,
  isChildAtHand,
  circuit,
  limits,
  nowMs,
}: {
  readonly state: SessionState
  /** Sessions that would get a child if there was a place. */
  readonly waitingForPlaces: number
  readonly ofUser: CallCount
  /** Whether a ready child waits for this user. */
  readonly isChildAtHand: boolean
  readonly circuit: Circuit
  readonly limits: CallLimits
  readonly nowMs: number
}): Result<undefined, CallRejection> {
  if (state.calls.size >= limits.callsPerSession) return err({ reason: 'too_many_calls', limit: limits.callsPerSession })
  if (ofUser.calls >= limits.callsPerUser) return err({ reason: 'too_many_calls_of_user', limit: limits.callsPerUser })
  if (state.phase.name === 'ready' || isChildAtHand) return ok(undefined)
  if (circuit.name !== 'closed') {
    return err({ reason: 'circuit_open', detail: circuit.detail, retryAfterSeconds: retryAfterSeconds(circuit, nowMs) })
  }
  const isFull = waitingForPlaces >= limits.queueLength || ofUser.queued >= Math.ceil(limits.queueLength / 2)
  return isFull ? err({ reason: 'queue_full', retryAfterSeconds: 1 }) : ok(undefined)
}
