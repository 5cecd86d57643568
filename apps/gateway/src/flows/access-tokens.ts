import type { Result } from '@fjmcp-broker/shared/result'
import type { AccessToken } from '../store/store.ts'

export type AccessTokenRejection = { readonly reason: 'unknown_token' | 'expired' | 'credential_dead' }

/** Checks bearer tokens on the way of every request, from a bounded memory in front of the store. */
export interface AccessTokens {
  check(token: string): Promise<Result<AccessToken, AccessTokenRejection>>
  /** Drops what is remembered of a user's tokens: call it whenever the user's credential or grants have changed in the store. */
  forgetUser(userId: string): void
}
