import type { Effect } from './effect.ts'
import type { Limits } from './limits.ts'
import type { SessionState } from './session.ts'

/** What an event leads to: the state after it, and what is to be done, in that order. */
export interface Step {
  readonly state: SessionState
  readonly effects: readonly Effect[]
}

/** What a decision may depend on beside the state and the event. */
export interface Moment {
  readonly nowMs: number
  readonly limits: Limits
  /** From 0 up to 1, drawn for this event. */
  readonly chance: number
}

export function step(state: SessionState, ...effects: readonly Effect[]): Step {
  return { state, effects }
}

/** Takes one step after the other. */
export function andThen(first: Step, next: (state: SessionState) => Step): Step {
  const second = next(first.state)
  return { state: second.state, effects: [...first.effects, ...second.effects] }
}
