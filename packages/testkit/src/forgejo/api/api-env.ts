import type { Context } from 'hono'
import type { Account } from '../accounts.ts'
import type { Repository } from '../forge/repository.ts'
import type { TokenScopes } from '../oauth/scopes.ts'
import type { ForgejoState } from '../state.ts'

/** Who asks, and what their token may do. */
export interface Viewer {
  readonly account: Account
  readonly scopes: TokenScopes
}

/** What the routes of the API find in their context. */
export interface ApiEnv {
  readonly Variables: {
    /** Absent for a request without a token. */
    readonly viewer: Viewer | undefined
    /** Without a trailing slash. */
    readonly origin: string
    /** Set by the check that stands before every route of a repository. */
    readonly repository: Repository
  }
}

export type ApiContext = Context<ApiEnv>

/** What the API reads and changes. */
export type ApiState = Pick<ForgejoState, 'accounts' | 'content' | 'clock'>
