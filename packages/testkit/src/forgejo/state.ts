import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Accounts } from './accounts.ts'
import type { Content } from './forge/content.ts'
import type { Applications } from './oauth/applications.ts'
import type { Codes } from './oauth/codes.ts'
import type { Grants } from './oauth/grants.ts'
import type { Holds } from './oauth/hold.ts'
import type { Tokens } from './oauth/tokens.ts'
import type { Journal } from './journal.ts'
import type { WebSessions } from './web-sessions.ts'

/** All that a fake Forgejo remembers; its routes ask for their slices. */
export interface ForgejoState {
  readonly clock: Clock
  readonly version: string
  /** What JSON and pages call this Forgejo, without a trailing slash; where absent, the request says it. */
  readonly origin: string | undefined
  readonly accounts: Accounts
  readonly applications: Applications
  readonly grants: Grants
  readonly codes: Codes
  readonly tokens: Tokens
  readonly holds: Holds
  readonly sessions: WebSessions
  readonly content: Content
  readonly journal: Journal
}

export function originOf(state: Pick<ForgejoState, 'origin'>, request: Request): string {
  return state.origin ?? new URL(request.url).origin
}
