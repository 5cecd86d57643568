import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { judgeReuse } from './reuse.ts'

export interface IssuedCode {
  readonly clientId: string
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly resource: string
  /** Present when it was exchanged. */
  readonly use: { readonly usedAtMs: number | undefined } | undefined
  readonly expiresAtMs: number
}

export interface PresentedCode {
  readonly clientId: string
  /** Absent from OAuth 2.1 clients, which rely on PKCE alone. */
  readonly redirectUri: string | undefined
  /** The S256 challenge of the presented verifier. */
  readonly codeChallenge: string
  readonly resource: string
}

export type CodeRejection =
  | { readonly reason: 'unknown_code' }
  | { readonly reason: 'code_of_another_client' }
  /** A moment ago: the one who was first keeps what it got. */
  | { readonly reason: 'code_used' }
  /** Long ago: what it was exchanged for has to end. */
  | { readonly reason: 'code_reused' }
  | { readonly reason: 'code_expired'; readonly expiredAtMs: number }
  | { readonly reason: 'redirect_uri_mismatch' }
  | { readonly reason: 'verifier_mismatch' }
  | { readonly reason: 'foreign_resource' }

/**
 * Checks a presented authorization code against the one issued; the first failing check is returned.
 *
 * @param nowMs Milliseconds since the Unix epoch.
 * @see RFC 6749 §4.1.2, §4.1.3, RFC 7636 §4.6, RFC 8707 §2.2, RFC 9700 §2.1.1
 */
export function checkCode<Issued extends IssuedCode>(
  issued: Issued | undefined,
  presented: PresentedCode,
  nowMs: number,
): Result<Issued, CodeRejection> {
  if (issued === undefined) return err({ reason: 'unknown_code' })
  if (issued.clientId !== presented.clientId) return err({ reason: 'code_of_another_client' })
  // Before the use, whose repetition ends tokens. That SHOULD of RFC 6749 §4.1.2 is of a time without PKCE, when whoever had a code had all
  // that its use took. Now the code alone, out of a log or a history, brings nobody tokens (RFC 9700 §2.1.1): who presents it without the
  // verifier does not show that the one who used it was a thief, and is refused without signing the owner out.
  if (presented.codeChallenge !== issued.codeChallenge) return err({ reason: 'verifier_mismatch' })
  if (issued.use !== undefined)
    return err({ reason: judgeReuse({ ...issued.use, graceMs: 0, nowMs }) === 'revoke' ? 'code_reused' : 'code_used' })
  if (issued.expiresAtMs <= nowMs) return err({ reason: 'code_expired', expiredAtMs: issued.expiresAtMs })
  if (presented.redirectUri !== undefined && presented.redirectUri !== issued.redirectUri) return err({ reason: 'redirect_uri_mismatch' })
  if (presented.resource !== issued.resource) return err({ reason: 'foreign_resource' })
  return ok(issued)
}
