import type { FigureId } from './figures.ts'

/** A figure that the broker has to reach. */
export interface Target {
  readonly figure: FigureId
  /** What of the figure is bounded: itself, its ratio to the floor of the same round, or what it has above that floor. */
  readonly of: 'value' | 'ratio_to_floor' | 'above_floor'
  readonly bound: { readonly atMost: number } | { readonly atLeast: number }
  /** `to_win`: set so that it is more than any peer reaches, for the real child on two cores. */
  readonly kind: 'binding' | 'to_win'
}

/** What the broker is held to. */
export const targets: readonly Target[] = [
  { figure: 'initialize_p50', of: 'value', bound: { atMost: 2 }, kind: 'binding' },
  { figure: 'first_call_ready_p50', of: 'value', bound: { atMost: 5 }, kind: 'binding' },
  { figure: 'wake_cold_p50', of: 'value', bound: { atMost: 20 }, kind: 'binding' },
  { figure: 'idle_pss', of: 'value', bound: { atMost: 512 }, kind: 'binding' },
  { figure: 'idle_children', of: 'value', bound: { atMost: 0 }, kind: 'binding' },
  { figure: 'flatness', of: 'value', bound: { atMost: 1.2 }, kind: 'binding' },
  // "Slows nothing down", less what two series of the same calls differ by.
  { figure: 'stderr_share', of: 'value', bound: { atLeast: 0.95 }, kind: 'binding' },
  { figure: 'calls_per_second_50', of: 'ratio_to_floor', bound: { atLeast: 0.6 }, kind: 'to_win' },
  { figure: 'cpu_per_1000_50', of: 'ratio_to_floor', bound: { atMost: 1.7 }, kind: 'to_win' },
  { figure: 'call_p99_50', of: 'ratio_to_floor', bound: { atMost: 1.5 }, kind: 'to_win' },
  { figure: 'call_p50_1', of: 'above_floor', bound: { atMost: 0.55 }, kind: 'to_win' },
  { figure: 'list_p50', of: 'value', bound: { atMost: 2.7 }, kind: 'to_win' },
]
