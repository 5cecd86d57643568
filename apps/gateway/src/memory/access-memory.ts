import type { GatewayDependencies } from '../dependencies.ts'
import type { ForgejoTokens } from '../upstream/forgejo.ts'
import { type AccessTokens, createAccessTokens } from './access-tokens.ts'
import { createLiveSessions, type LiveSessions } from './live-sessions.ts'
import { createOpenInSessions, type OpenInSessions } from './open-in-sessions.ts'
import { createOpenAnswers, type OpenAnswers } from './open-answers.ts'
import { createSessionDescriptions, type SessionDescriptions } from './session-descriptions.ts'

/** What the gateway remembers of who has access: all of it has to be told when access ends. */
export interface AccessMemory {
  readonly accessTokens: AccessTokens
  readonly sessions: LiveSessions
  readonly descriptions: SessionDescriptions
  readonly openAnswers: OpenAnswers
  readonly openInSessions: OpenInSessions
  /** By user. */
  readonly unsavedTokens: Map<string, UnsavedTokens>
}

/** What a refresh brought while the store could not take it, in the place of this generation: nobody uses it before the store has it. */
export interface UnsavedTokens {
  readonly generation: number
  readonly tokens: ForgejoTokens
}

type MemoryDependencies = Pick<GatewayDependencies, 'store' | 'runner' | 'secrets' | 'clock' | 'log'> & {
  readonly settings: Pick<GatewayDependencies['settings'], 'sessionLimits'>
}

export function createAccessMemory(deps: MemoryDependencies): AccessMemory {
  const { sessionLimits: limits } = deps.settings
  const openInSessions = createOpenInSessions()
  return {
    // As many tokens as sessions: nearly every session has one of its own.
    accessTokens: createAccessTokens(deps, limits.inAll),
    sessions: createLiveSessions({ ...deps, openInSessions, limits }),
    descriptions: createSessionDescriptions(deps, limits.inAll),
    openInSessions,
    openAnswers: createOpenAnswers(),
    unsavedTokens: new Map(),
  }
}
