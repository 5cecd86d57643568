import type { GatewayDependencies } from '../dependencies.ts'
import type { ForgejoTokens } from '../upstream/forgejo.ts'
import { type AccessTokens, createAccessTokens } from './access-tokens.ts'
import { createLiveSessions, type LiveSessions } from './live-sessions.ts'
import { createOpenAnswers, type OpenAnswers } from './open-answers.ts'
import { createSessionDescriptions, type SessionDescriptions } from './session-descriptions.ts'

/** What the gateway remembers of who has access: all of it has to be told when access ends. */
export interface AccessMemory {
  readonly accessTokens: AccessTokens
  readonly sessions: LiveSessions
  readonly descriptions: SessionDescriptions
  readonly openAnswers: OpenAnswers
  /** By user. */
  readonly unsavedTokens: Map<string, UnsavedTokens>
}

/** What a refresh brought while the store could not take it, in the place of this generation: nobody uses it before the store has it. */
export interface UnsavedTokens {
  readonly generation: number
  readonly tokens: ForgejoTokens
}

export function createAccessMemory(deps: Pick<GatewayDependencies, 'store' | 'runner' | 'secrets' | 'clock' | 'log'>): AccessMemory {
  return {
    accessTokens: createAccessTokens(deps),
    sessions: createLiveSessions(deps),
    descriptions: createSessionDescriptions(deps),
    openAnswers: createOpenAnswers(),
    unsavedTokens: new Map(),
  }
}
