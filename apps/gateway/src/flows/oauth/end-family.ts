import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import type { AccessTokens } from '../../memory/access-tokens.ts'

export type FamilyEnding = Pick<GatewayDependencies, 'store'> & {
  readonly accessTokens: Pick<AccessTokens, 'forgetUser'>
  readonly record: RecordEvent
}

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
 * @param type Why: a secret of theirs was used by two, or their client gave them back. It is recorded where something ended, so that who
 *   presents the same secret again and again fills no log.
 */
export async function endFamily(
  { store, accessTokens, record }: FamilyEnding,
  { familyId, clientId, userId, grantId }: FamilyMember,
  type: 'refresh_token_reused' | 'code_reused' | 'tokens_revoked',
): Promise<void> {
  const tokens = familyId === undefined ? 0 : await store.tokens.revokeFamily(familyId)
  accessTokens.forgetUser(userId)
  if (familyId !== undefined && tokens > 0) await record({ type, userId, clientId, grantId, details: { familyId, tokens } })
}
