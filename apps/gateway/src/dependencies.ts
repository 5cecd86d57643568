import type { Clock } from '@fjmcp-broker/shared/clock'
import type { NewId } from '@fjmcp-broker/shared/id'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Runner } from '@fjmcp-broker/shared/runner/runner'
import type { GatewaySettings } from './config.ts'
import type { Secrets } from './domain/oauth/secrets.ts'
import type { GatewayProbe } from './probe.ts'
import type { Store } from './store/store.ts'
import type { FetchClientDocument } from './upstream/client-documents/client-documents.ts'
import type { Forgejo } from './upstream/forgejo.ts'

/** All that the gateway needs from outside; each function of it asks for its slice. */
export interface GatewayDependencies {
  readonly settings: GatewaySettings
  readonly store: Store
  readonly runner: Runner
  readonly forgejo: Forgejo
  readonly fetchClientDocument: FetchClientDocument
  readonly clock: Clock
  readonly newId: NewId
  readonly secrets: Secrets
  readonly log: Log
  readonly probe: GatewayProbe
  /** Is given work that outlives its request, such as a refresh that Forgejo answers late: close the store only when it has settled. */
  readonly waitUntil: (work: Promise<void>) => void
  /** Aborted when the gateway is to stop: streams without an end are closed, and what is remembered and not yet stored is stored. */
  readonly stopping: AbortSignal
  /** The machine's own addresses, which `own` among the trusted proxies stands for; none where they are not given. */
  readonly ownAddresses?: readonly string[]
  /** For tests; the standard ones where none are given. */
  readonly signInTimings?: SignInTimings
  /** For tests: the waits before a refresh is tried again that Forgejo could not answer. */
  readonly refreshRetryDelaysMs?: readonly number[]
}

export interface SignInTimings {
  /** How long a browser that comes back from Forgejo is left waiting. */
  readonly browserWaitMs: number
  /** The waits before storing what a sign-in brought is tried again. */
  readonly retryDelaysMs: readonly number[]
}
