import type { JSONRPCRequest, ProgressToken, RequestId } from '@modelcontextprotocol/sdk/types.js'
import { type Ending, endingDeadlineMs } from './ending.ts'
import type { Limits } from './limits.ts'

/**
 * What is known of one session at a moment: where its child is in its life, and which calls wait for an answer.
 *
 *     absent ──a call──► waiting ──a ready child──► ready ──idle, evicted, broken, over──► ending ──exit──► absent
 *        ▲                                            │
 *        └──────────────── backing_off ◄──crashed─────┘
 *
 * A process belongs to the session in `ready` and `ending`, and nowhere else; it holds one of the runner's places as long.
 * Calls are written to the child on the way into `ready` and while in it; in every other phase they wait.
 */
export interface SessionState {
  readonly phase: Phase
  /** Number of the last child that it had. Events carry it, so that a late one of an earlier child is known as such. */
  readonly run: number
  /** The next id for a message to the child; never used twice in the session's life. */
  readonly nextId: number
  /** All calls without an answer, oldest first, by the id they have at the child. */
  readonly calls: ReadonlyMap<number, Call>
  /** Children in a row that ended unasked before they answered anything. */
  readonly failures: number
  readonly logLevel: string | undefined
  /** Ended by its owner: it gets no child any more. */
  readonly over: boolean
}

export type Phase =
  | { readonly name: 'absent' }
  /** A child is needed, and none is there or free yet. */
  | { readonly name: 'waiting' }
  | { readonly name: 'ready'; readonly lastUsedMs: number; readonly hasAnswered: boolean }
  /** `retryAtMs` holds back the next child after one that failed. */
  | ({ readonly name: 'ending'; readonly retryAtMs: number } & Ending)
  | { readonly name: 'backing_off'; readonly retryAtMs: number }

/** A client's request on its way. */
export interface Call {
  /** Where its answer goes. */
  readonly stream: string
  readonly clientId: RequestId
  readonly clientProgressToken: ProgressToken | undefined
  /** As the child gets it; absent once it was written. */
  readonly unsent: JSONRPCRequest | undefined
  /** When it has waited for a child long enough. */
  readonly waitsUntilMs: number
  readonly deadlineMs: number
  /** Whether Forgejo's credential was found dead while the child worked on it. */
  readonly metDeadCredential: boolean
  /** The level that a `logging/setLevel` asks for. */
  readonly logLevel: string | undefined
}

/** Below are the ids of what a child is asked before a session has it. */
export const firstCallId = 100

/** A session that has no child and never had one. */
export function newSession(logLevel: string | undefined): SessionState {
  return { phase: { name: 'absent' }, run: 0, nextId: firstCallId, calls: new Map(), failures: 0, logLevel, over: false }
}

/** Whether the session has a process, be it on its way down. */
export function hasProcess({ phase }: SessionState): boolean {
  return phase.name === 'ready' || phase.name === 'ending'
}

/** How many of its calls wait for a child. */
export function queuedCalls({ phase, calls }: SessionState): number {
  return phase.name === 'ready' ? 0 : calls.size
}

/** How long each call that waits for a child has done so, in milliseconds. */
export function waitsOfCalls(
  state: SessionState,
  { nowMs, limits }: { readonly nowMs: number; readonly limits: Pick<Limits, 'queueMs'> },
): readonly number[] {
  const queued = state.calls.values().filter(({ unsent }) => unsent !== undefined)
  return Array.from(queued, ({ waitsUntilMs }) => nowMs - (waitsUntilMs - limits.queueMs))
}

/** When the session has to be looked at even if nothing happens, in milliseconds since the Unix epoch. */
export function nextDeadlineMs(state: SessionState, limits: Limits): number | undefined {
  // All calls wait for a child or none does, and all have the same time: that of the oldest is over first.
  const [oldest] = state.calls.values()
  const deadlines = [phaseDeadlineMs(state, limits), oldest && callDeadlineMs(oldest)].filter((deadline) => deadline !== undefined)
  return deadlines.length === 0 ? undefined : Math.min(...deadlines)
}

/** When a call's time is over, where it is now. */
export function callDeadlineMs({ unsent, waitsUntilMs, deadlineMs }: Call): number {
  return unsent === undefined ? deadlineMs : Math.min(waitsUntilMs, deadlineMs)
}

function phaseDeadlineMs({ phase, calls }: SessionState, limits: Limits): number | undefined {
  switch (phase.name) {
    case 'absent':
    case 'waiting':
      return undefined
    case 'ready':
      return calls.size === 0 ? phase.lastUsedMs + limits.childIdleMs : undefined
    case 'ending':
      return endingDeadlineMs(phase)
    case 'backing_off':
      return phase.retryAtMs
  }
}
