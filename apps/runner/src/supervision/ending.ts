import type { Effect } from './effect.ts'
import type { Limits } from './limits.ts'

/** A process on its way out; `deadlineMs` is when the next, harder step is due. */
export interface Ending {
  readonly step: 'input_closed' | 'terminated' | 'killed'
  readonly deadlineMs: number
}

/** The gentle first step, which goes with the effect `close`. */
export function beginEnding({ nowMs, limits }: EndingMoment): Ending {
  return { step: 'input_closed', deadlineMs: nowMs + limits.endGraceMs }
}

/** The next step of one whose time for the last is over. After the last nothing is left but to wait. */
export function pressHarder(
  ending: Ending,
  { nowMs, limits }: EndingMoment,
): { readonly ending: Ending; readonly effects: readonly SignalEffect[] } {
  if (ending.step === 'killed' || ending.deadlineMs > nowMs) return { ending, effects: [] }
  const isFirst = ending.step === 'input_closed'
  return {
    ending: { step: isFirst ? 'terminated' : 'killed', deadlineMs: nowMs + limits.endGraceMs },
    effects: [{ type: 'signal', signal: isFirst ? 'SIGTERM' : 'SIGKILL' }],
  }
}

/** Waits no longer for a process that was asked to end. */
export function killAtOnce(ending: Ending): { readonly ending: Ending; readonly effects: readonly SignalEffect[] } {
  if (ending.step === 'killed') return { ending, effects: [] }
  return { ending: { ...ending, step: 'killed' }, effects: [{ type: 'signal', signal: 'SIGKILL' }] }
}

export function endingDeadlineMs({ step, deadlineMs }: Ending): number | undefined {
  return step === 'killed' ? undefined : deadlineMs
}

type SignalEffect = Extract<Effect, { type: 'signal' }>

interface EndingMoment {
  readonly nowMs: number
  readonly limits: Pick<Limits, 'endGraceMs'>
}
