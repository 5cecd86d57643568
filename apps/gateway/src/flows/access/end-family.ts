import type { AccessEnding } from './end-access.ts'

/** A token or code of the family, and whose it is. */
export interface FamilyMember {
  /** Undefined for a code that an older broker exchanged, which did not record it. */
  readonly familyId: string | undefined
  readonly clientId: string
  readonly userId: string
  readonly grantId: string
}

/**
 * Ends all tokens that descend from one consent, effective with the next request, and the answers that are open in their name. Sessions end
 * where no other token of the grant is good; their children end in the background.
 *
 * @param type Why: a secret of theirs was used by two, or their client gave them back. It is recorded where something ended, so that who
 *   presents the same secret again and again fills no log.
 */
export async function endFamily(
  deps: AccessEnding,
  { familyId, clientId, userId, grantId }: FamilyMember,
  type: 'refresh_token_reused' | 'code_reused' | 'tokens_revoked',
): Promise<void> {
  if (familyId === undefined) return
  const { tokens, sessionIds } = await deps.store.tokens.revokeFamily({ familyId, grantId, nowMs: deps.clock() })
  const letGo = deps.withdrawAccess({ covers: (access) => access.familyId === familyId, sessionIds })
  deps.waitUntil(letGo.then(() => {}))
  const sessions = sessionIds.length
  if (tokens + sessions > 0) deps.record({ type, userId, clientId, grantId, details: { familyId, tokens, sessions } })
}
