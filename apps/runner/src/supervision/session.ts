import type { Handshake } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCRequest, ProgressToken, RequestId } from '@modelcontextprotocol/sdk/types.js'

/**
 * What is known of one session at a moment: where its child is in its life, and which calls wait for an answer.
 *
 *     absent ──a call──► waiting ──a place──► starting ──handshake──► ready ──idle, evicted, broken, over──► ending ──exit──► absent
 *        ▲                                        │                     │
 *        └────────── backing_off ◄──failed────────┘                     └──exit──► absent
 *
 * A process exists in `starting`, `ready` and `ending`, and nowhere else; it holds one of the runner's places as long.
 * Calls are written to the child on the way into `ready` and while in it; in every other phase they wait.
 */
export interface SessionState {
  readonly phase: Phase
  /** Number of the last process started. Events carry it, so that a late one of an earlier process is known as such. */
  readonly run: number
  /** The next id for a message to the child; never used twice in the session's life. */
  readonly nextId: number
  /** All calls without an answer, oldest first, by the id they have at the child. */
  readonly calls: ReadonlyMap<number, Call>
  /** Starts in a row that failed. */
  readonly failures: number
  /** Whether somebody waits to learn what a child says of itself. */
  readonly handshakeWanted: boolean
  readonly logLevel: string | undefined
  /** Ended by its owner: nothing is started any more. */
  readonly over: boolean
}

export type Phase =
  | { readonly name: 'absent' }
  /** A child is needed, and all places are taken or not yet given. */
  | { readonly name: 'waiting' }
  | { readonly name: 'starting'; readonly initializeId: number; readonly deadlineMs: number }
  | { readonly name: 'ready'; readonly handshake: Handshake; readonly lastUsedMs: number }
  /** `deadlineMs` is when the next, harder step is due; `retryAtMs` holds back the next start after a failed one. */
  | { readonly name: 'ending'; readonly step: EndingStep; readonly deadlineMs: number; readonly retryAtMs: number }
  | { readonly name: 'backing_off'; readonly retryAtMs: number }

export type EndingStep = 'input_closed' | 'terminated' | 'killed'

/** A client's request on its way. */
export interface Call {
  /** Where its answer goes. */
  readonly stream: string
  readonly clientId: RequestId
  readonly clientProgressToken: ProgressToken | undefined
  /** As the child gets it; absent once it was written. */
  readonly unsent: JSONRPCRequest | undefined
  readonly deadlineMs: number
  /** Whether Forgejo's credential was found dead while the child worked on it. */
  readonly metDeadCredential: boolean
  /** The level that a `logging/setLevel` asks for. */
  readonly logLevel: string | undefined
}

/** Bounds on a session's life; times in milliseconds. */
export interface Limits {
  readonly callTimeoutMs: number
  /** How long a child without calls is kept. */
  readonly childIdleMs: number
  readonly startTimeoutMs: number
  /** How long a child may take to end before the next, harder step. */
  readonly endGraceMs: number
  readonly firstBackOffMs: number
  readonly longestBackOffMs: number
}

/** A session that has no child and never had one. */
export function newSession(logLevel: string | undefined): SessionState {
  return {
    phase: { name: 'absent' },
    run: 0,
    nextId: 1,
    calls: new Map(),
    failures: 0,
    handshakeWanted: false,
    logLevel,
    over: false,
  }
}

/** Whether the session has a process, be it on its way up or down. */
export function hasProcess({ phase }: SessionState): boolean {
  return phase.name === 'starting' || phase.name === 'ready' || phase.name === 'ending'
}

/** When the session has to be looked at even if nothing happens, in milliseconds since the Unix epoch. */
export function nextDeadlineMs(state: SessionState, limits: Limits): number | undefined {
  const [oldest] = state.calls.values()
  const deadlines = [phaseDeadlineMs(state, limits), oldest?.deadlineMs].filter((deadline) => deadline !== undefined)
  return deadlines.length === 0 ? undefined : Math.min(...deadlines)
}

function phaseDeadlineMs({ phase, calls }: SessionState, limits: Limits): number | undefined {
  switch (phase.name) {
    case 'absent':
    case 'waiting':
      return undefined
    case 'starting':
      return phase.deadlineMs
    case 'ready':
      return calls.size === 0 ? phase.lastUsedMs + limits.childIdleMs : undefined
    case 'ending':
      return phase.step === 'killed' ? undefined : phase.deadlineMs
    case 'backing_off':
      return phase.retryAtMs
  }
}
