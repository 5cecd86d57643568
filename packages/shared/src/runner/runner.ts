import type { InitializeResult, JSONRPCMessage, JSONRPCRequest, RequestId } from '@modelcontextprotocol/sdk/types.js'
import type { AccessLevel } from '../catalogue/access-level.ts'
import type { Result } from '../result.ts'

/** The runner's name for a session: `s:` and the session's id. */
export type SessionKey = `s:${string}`

/** What a child said of itself when it was initialized. */
export type Handshake = InitializeResult

/** The lists that the child program answers the same whatever session asks. */
export const listMethods = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'] as const

export type ListMethod = (typeof listMethods)[number]

/** What the child program is and offers: the same for every session, learned from one child. */
export interface ChildCatalogue {
  readonly handshake: Handshake
  /** The result of each list, all its pages together; absent where the program does not know the method. */
  readonly lists: Readonly<Partial<Record<ListMethod, Readonly<Record<string, unknown>>>>>
}

/** All that the runner needs to know to rebuild a session; the gateway makes it from the session's row. */
export interface SessionDescription {
  readonly key: SessionKey
  readonly userId: string
  readonly accessLevel: AccessLevel
  /** What the client set by `logging/setLevel`; repeated whenever a child is attached. */
  readonly logLevel?: string | undefined
}

/** Why no child can answer: the program is missing or cannot be started, it never became ready, or none comes up for now. */
export interface ChildFailure {
  readonly reason: 'child_unavailable'
  /** For a person: what is wrong. Holds no path and no secret. */
  readonly detail: string
}

/** Why a call was not taken; it did not run. Where a time is named, another try may work after it. */
export type CallRejection =
  | { readonly reason: 'unknown_session' }
  /** Of this session, so many are under way. */
  | { readonly reason: 'too_many_calls'; readonly limit: number }
  /** Of all sessions of this user, so many are under way. */
  | { readonly reason: 'too_many_calls_of_user'; readonly limit: number }
  /** Too many calls wait for a child already. */
  | { readonly reason: 'queue_full'; readonly retryAfterSeconds: number }
  /** The child program fails for everybody: none is started for a while. */
  | { readonly reason: 'circuit_open'; readonly detail: string; readonly retryAfterSeconds: number }

export type ReadRejection =
  | { readonly reason: 'unknown_session' }
  | { readonly reason: 'unknown_stream' }
  /** The stream has ended and the reader has seen all of it. */
  | { readonly reason: 'nothing_left' }

/** One message of a stream. */
export interface StreamEvent {
  /** `<runner epoch>.<stream>.<n>`: unique across restarts, ascending within the stream. */
  readonly id: string
  readonly message: JSONRPCMessage
  /** Whether this is the response that ends the stream. */
  readonly final: boolean
  /** Present on the response to a call that met a dead Forgejo credential. */
  readonly reason?: 'credential_dead' | undefined
}

/** A Forgejo access token of a user, or its end (`accessToken` null). An older generation than the one held is ignored. */
export interface PushedCredential {
  readonly userId: string
  readonly generation: number
  readonly accessToken: string | null
}

/** Says that Forgejo refused this generation of a user's access token; 0 says that the runner holds none. */
export interface CredentialRejection {
  readonly userId: string
  readonly generation: number
}

export interface RunnerStatus {
  /** Changes with every start of the runner. */
  readonly epoch: string
  readonly startedAtMs: number
  /** `none`: every process runs under one uid. `uid`: each child has a uid of its own. */
  readonly isolation: 'none' | 'uid'
  readonly child: ChildProgramStatus
  /** Those that the runner keeps something of; sessions that are idle for long are known to the gateway alone. */
  readonly sessions: number
  readonly children: number
  readonly callsInFlight: number
}

/** Where a session's child is in its life. `none`: it has none and needs none; `waiting`: for a place, or for a child that is being started; `backing_off`: for the end of a pause after its children failed. */
export const childPhases = ['none', 'waiting', 'ready', 'ending', 'backing_off'] as const

export type ChildPhase = (typeof childPhases)[number]

/** What goes on in one session. */
export interface SessionActivity {
  readonly key: SessionKey
  readonly phase: ChildPhase
  /** Calls without an answer, those too that still wait for a child. */
  readonly callsInFlight: number
  /** When it got its child, in milliseconds since the Unix epoch; absent where there is none. */
  readonly childSinceMs?: number | undefined
  /** Resident memory of its child when it was last measured. */
  readonly memoryBytes?: number | undefined
}

/** Whether the child program can be started, as last seen. `unknown`: it has not been run yet, as no gateway has connected yet. */
export type ChildProgramStatus =
  | { readonly state: 'unknown' }
  | { readonly state: 'ok'; readonly name: string | null; readonly version: string | null }
  | { readonly state: 'error'; readonly detail: string }

/**
 * The keeper of the children, as the gateway sees it. The real one, the one behind the unix socket and the mock are its three
 * implementations. Every method may throw `RunnerUnavailable` where a connection lies between.
 */
export interface Runner {
  /** Answers with what the child program offers; a child is started to learn it where that is not known yet. */
  catalogue(): Promise<Result<ChildCatalogue, ChildFailure>>
  /**
   * Calls the listener when another version of the child program was met, or may be since the runner was started anew: what `catalogue`
   * answered before need not hold any more. Returns how to stop.
   */
  onCatalogueChanged(listener: () => void): () => void
  /** Makes a session known, or renews what is known of it. No child is started for it. */
  describe(session: SessionDescription): Promise<Result<undefined, ChildFailure>>
  /**
   * Starts one request on its way to the session's child, and reads all that the child sends in relation to it, its response last. That goes
   * to `stream`, a name that the gateway chose and uses once. A child that fails answers there with a JSON-RPC error. The signal ends the
   * reading only, never the call.
   *
   * Settles with the refusal, or when the call was taken and not when it is answered; over a connection with the first that is heard of it,
   * which may be its first event, and within about a second without one. The call is under way before it settles.
   */
  call(request: CallRequest): Promise<Result<AsyncIterable<StreamEvent>, CallRejection>>
  /**
   * Reads a stream from the event after `after`, or from its start, until its response was read. Reading uses nothing up: a second
   * reader gets the same. The signal ends the reading only, never the call.
   */
  events(request: ReadRequest): Promise<Result<AsyncIterable<StreamEvent>, ReadRejection>>
  /** Cancels one call, as `notifications/cancelled` asks for it; unknown ones are ignored. The call's stream ends without a response. */
  cancel(key: SessionKey, requestId: RequestId): Promise<void>
  /** Ends a session: its child is gone and its streams with it. */
  end(key: SessionKey): Promise<void>
  setCredential(credential: PushedCredential): Promise<void>
  /** Calls the listener whenever Forgejo refused a credential or none is held; the answer is a `setCredential`. Returns how to stop. */
  onCredentialRejected(listener: (rejection: CredentialRejection) => void): () => void
  /** Tells the Forgejo version that children are told when they ask at their start. */
  setForgejoVersion(version: string): Promise<void>
  status(): Promise<RunnerStatus>
  /** What goes on in the sessions that the runner keeps something of. */
  sessions(): Promise<readonly SessionActivity[]>
}

export interface CallRequest {
  readonly key: SessionKey
  readonly stream: string
  readonly message: JSONRPCRequest
  readonly signal: AbortSignal
  readonly room?: EventRoom | undefined
}

export interface ReadRequest {
  readonly key: SessionKey
  readonly stream: string
  readonly after?: string | undefined
  readonly signal: AbortSignal
  readonly room?: EventRoom | undefined
}

/**
 * Where a reader keeps events. One that comes ahead of being asked for takes its room when it comes, and is left in the runner until there is
 * some; it gives that back when the next one is asked for. Nobody is asked where events come only when they are asked for.
 */
export interface EventRoom {
  /** Undefined where it is taken. */
  take(bytes: number): { readonly reason: string } | undefined
  /** Settles when so much is taken, or nobody needs it any more: with false where the signal came before, and nothing is taken. */
  untilTaken(bytes: number, signal: AbortSignal): Promise<boolean>
  giveBack(bytes: number): void
}

/** The runner cannot be reached, or went away before it answered. Nothing is known of what it did; nothing may be repeated. */
export class RunnerUnavailable extends Error {
  override readonly name = 'RunnerUnavailable'
}
