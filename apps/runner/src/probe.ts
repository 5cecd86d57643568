import { childFaults } from './supervision/event.ts'

/** How a child came to its end: asked to, by itself, by breaking a bound, or before it ever was one. */
export const childEndReasons = ['asked', 'by_itself', 'not_started', ...childFaults] as const

export type ChildEndReason = (typeof childEndReasons)[number]

/**
 * Counts what happens, for who measures the broker. Nothing it is told names a person or a session. It never throws, and costs so little that it
 * may stand in the way of every call.
 */
export interface RunnerProbe {
  /** A child said its first word, so long after its start. */
  childSpoke(durationMs: number): void
  childEnded(reason: ChildEndReason): void
  /** A call got a child after it had waited so long for one. */
  callWaited(durationMs: number): void
  /** Forgejo answered a request, or did not, after so long. */
  upstreamAnswered(answer: { readonly method: string; readonly status: number | 'failed'; readonly durationMs: number }): void
  /** The gateway was started, for the first time or again. */
  gatewayStarted(): void
}
