import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { isScopeWithin } from './scope.ts'

export interface IssuedRefreshToken {
  readonly clientId: string
  readonly resource: string
  readonly accessLevel: AccessLevel
  readonly credentialState: 'live' | 'dead'
  readonly rotated: boolean
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
  | { readonly reason: 'refresh_token_used' }
  | { readonly reason: 'refresh_token_expired'; readonly expiredAtMs: number }
  | { readonly reason: 'foreign_resource' }
  | { readonly reason: 'scope_beyond_grant' }
  /** Forgejo let the user's sign-in lapse. The token stays whole: the next sign-in revives it. */
  | { readonly reason: 'credential_dead' }

/**
 * Checks a presented refresh token against the one issued; the first failing check is returned.
 *
 * @param nowMs Milliseconds since the Unix epoch.
 * @see RFC 6749 §6, RFC 8707 §2.2
 */
export function checkRefresh<Issued extends IssuedRefreshToken>(
  issued: Issued | undefined,
  presented: PresentedRefreshToken,
  nowMs: number,
): Result<Issued, RefreshRejection> {
  if (issued === undefined) return err({ reason: 'unknown_refresh_token' })
  if (issued.clientId !== presented.clientId) return err({ reason: 'refresh_token_of_another_client' })
  if (issued.rotated) return err({ reason: 'refresh_token_used' })
  if (issued.expiresAtMs <= nowMs) return err({ reason: 'refresh_token_expired', expiredAtMs: issued.expiresAtMs })
  if (presented.resource !== issued.resource) return err({ reason: 'foreign_resource' })
  if (!isScopeWithin(presented.scope, issued.accessLevel)) return err({ reason: 'scope_beyond_grant' })
  if (issued.credentialState === 'dead') return err({ reason: 'credential_dead' })
  return ok(issued)
}
