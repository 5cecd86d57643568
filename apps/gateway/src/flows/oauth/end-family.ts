import type { GatewayDependencies } from '../../dependencies.ts'
import type { AccessTokens } from '../../memory/access-tokens.ts'

export type FamilyEnding = Pick<GatewayDependencies, 'store' | 'log'> & { readonly accessTokens: Pick<AccessTokens, 'forgetUser'> }

/** A token or code of the family, and whose it is. */
export interface FamilyMember {
  /** Undefined for a code that an older broker exchanged, which did not record it. */
  readonly familyId: string | undefined
  readonly clientId: string
  readonly userId: string
  readonly grantId: string
}

/**
 * Ends all tokens that descend from one consent, effective with the next request.
 *
 * @param cause `reused`: a secret of theirs was used by two. `revoked`: their client gave them back.
 */
export async function endFamily(
  { store, log, accessTokens }: FamilyEnding,
  { familyId, clientId, userId, grantId }: FamilyMember,
  cause: 'reused' | 'revoked',
): Promise<void> {
  const tokens = familyId === undefined ? 0 : await store.tokens.revokeFamily(familyId)
  accessTokens.forgetUser(userId)
  const fields = { clientId, userId, grantId, familyId, tokens }
  if (cause === 'reused') log.warn('token_family_revoked', fields)
  else log.info('tokens_revoked', fields)
}
