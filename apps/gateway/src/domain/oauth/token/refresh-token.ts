import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { judgeReuse } from './reuse.ts'
import { isScopeWithin } from '../scope.ts'

export interface IssuedRefreshToken {
  readonly clientId: string
  readonly resource: string
  readonly accessLevel: AccessLevel
  readonly credentialState: 'live' | 'dead'
  /** Present when it was rotated. */
  readonly use: { readonly usedAtMs: number | undefined } | undefined
  readonly expiresAtMs: number
}

export interface PresentedRefreshToken {
  readonly clientId: string
  readonly resource: string
  readonly scope: string | undefined
}

export type RefreshRejection =
  | { readonly reason: 'unknown_refresh_token' }
  | { readonly reason: 'refresh_token_of_another_client' }
  /** A moment ago: a client that asked twice. Nothing is given, and nothing taken. */
  | { readonly reason: 'refresh_token_used' }
  /** Long ago: of its two holders one is a thief. What came of it has to end. */
  | { readonly reason: 'refresh_token_reused' }
  | { readonly reason: 'refresh_token_expired'; readonly expiredAtMs: number }
  | { readonly reason: 'foreign_resource' }
  | { readonly reason: 'scope_beyond_grant' }
  /** Forgejo let the user's sign-in lapse. The token stays whole: the next sign-in revives it. */
  | { readonly reason: 'credential_dead' }

/**
 * Checks a presented refresh token against the one issued; the first failing check is returned. One that was rotated within the grace
 * passes: it is answered as it was before.
 *
 * @see RFC 6749 §6, RFC 8707 §2.2, RFC 9700 §4.14.2
 */
export function checkRefresh<Issued extends IssuedRefreshToken>(
  issued: Issued | undefined,
  presented: PresentedRefreshToken,
  { graceMs, nowMs }: { readonly graceMs: number; readonly nowMs: number },
): Result<Issued, RefreshRejection> {
  if (issued === undefined) return err({ reason: 'unknown_refresh_token' })
  if (issued.clientId !== presented.clientId) return err({ reason: 'refresh_token_of_another_client' })
  if (issued.use !== undefined) {
    const reuse = judgeReuse({ ...issued.use, graceMs, nowMs })
    if (reuse !== 'repeat') return err({ reason: reuse === 'revoke' ? 'refresh_token_reused' : 'refresh_token_used' })
  }
  if (issued.expiresAtMs <= nowMs) return err({ reason: 'refresh_token_expired', expiredAtMs: issued.expiresAtMs })
  if (presented.resource !== issued.resource) return err({ reason: 'foreign_resource' })
  if (!isScopeWithin(presented.scope, issued.accessLevel)) return err({ reason: 'scope_beyond_grant' })
  if (issued.credentialState === 'dead') return err({ reason: 'credential_dead' })
  return ok(issued)
}
