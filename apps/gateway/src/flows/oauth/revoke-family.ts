import type { GatewayDependencies } from '../../dependencies.ts'
import type { AccessTokens } from '../../memory/access-tokens.ts'

export type FamilyRevocation = Pick<GatewayDependencies, 'store' | 'log'> & { readonly accessTokens: Pick<AccessTokens, 'forgetUser'> }

/** What was presented again, and whose it is. */
export interface Reused {
  /** Undefined where an older broker did not record it. */
  readonly familyId: string | undefined
  readonly clientId: string
  readonly userId: string
  readonly grantId: string
}

/** Ends all tokens that descend from one consent, since a secret of theirs was used by two: effective with the next request. */
export async function revokeFamily(
  { store, log, accessTokens }: FamilyRevocation,
  { familyId, clientId, userId, grantId }: Reused,
): Promise<void> {
  const tokens = familyId === undefined ? 0 : await store.tokens.revokeFamily(familyId)
  accessTokens.forgetUser(userId)
  log.warn('token_family_revoked', { clientId, userId, grantId, familyId, tokens })
}
