import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../dependencies.ts'
import { isSecretForm } from '../domain/oauth/secrets.ts'
import type { AccessToken } from '../store/token-store.ts'
import { createReadThrough } from './read-through.ts'

export type AccessTokenRejection = { readonly reason: 'unknown_token' | 'expired' | 'credential_dead' }

/** Checks bearer tokens on the way of every request, from a bounded memory in front of the store. */
export interface AccessTokens {
  check(token: string): Promise<Result<AccessToken, AccessTokenRejection>>
  /** Drops what is remembered of a user's tokens: call it whenever the user's credential or grants have changed in the store. */
  forgetUser(userId: string): void
  /** Drops what is remembered of the tokens of access that has ended in the store. */
  forgetWhere(covers: (token: AccessToken) => boolean): void
}

/** @param limit Tokens remembered at most; the others cost a look-up in the store. */
export function createAccessTokens(
  { store, secrets, clock }: Pick<GatewayDependencies, 'secrets' | 'clock'> & { readonly store: AccessTokenSource },
  limit = 10_000,
): AccessTokens {
  // Unknown tokens are not remembered: anybody can make them up.
  const remembered = createReadThrough<AccessToken>({ limit, find: (hash) => store.tokens.findAccess(hash) })

  return {
    async check(token) {
      if (!isSecretForm('access_token', token)) return err({ reason: 'unknown_token' })
      const hash = secrets.hash(token)
      const found = await remembered.get(hash)
      if (found === undefined) return err({ reason: 'unknown_token' })
      if (found.expiresAtMs <= clock()) {
        remembered.forget(hash)
        return err({ reason: 'expired' })
      }
      return found.credentialState === 'dead' ? err({ reason: 'credential_dead' }) : ok(found)
    },
    forgetUser(userId) {
      remembered.forgetWhere((token) => token.userId === userId)
    },
    forgetWhere: (covers) => remembered.forgetWhere(covers),
  }
}

interface AccessTokenSource {
  readonly tokens: Pick<GatewayDependencies['store']['tokens'], 'findAccess'>
}
