import { err, ok, type Result } from '@fjmcp-broker/shared/result'

/** What is checked of a sign-in whose consent form comes in. */
export interface PendingSignIn {
  readonly browserHash: string
  readonly csrfHash: string
  readonly expiresAtMs: number
}

export type SignInRejection =
  /** Never begun, or decided otherwise before. */
  | { readonly reason: 'unknown_sign_in' }
  | { readonly reason: 'other_browser' }
  | { readonly reason: 'forged_form' }
  | { readonly reason: 'expired_sign_in'; readonly expiredAtMs: number }

/** Checks that a consent form comes from the browser and the page that the sign-in belongs to; the first failing check is returned. */
export function checkPendingSignIn<SignIn extends PendingSignIn>(
  signIn: SignIn | undefined,
  presented: { readonly browserHash: string | undefined; readonly csrfHash: string },
  nowMs: number,
): Result<SignIn, SignInRejection> {
  if (signIn === undefined) return err({ reason: 'unknown_sign_in' })
  // First, since the cookie is gone by then and would make it look like another browser.
  if (signIn.expiresAtMs <= nowMs) return err({ reason: 'expired_sign_in', expiredAtMs: signIn.expiresAtMs })
  if (signIn.browserHash !== presented.browserHash) return err({ reason: 'other_browser' })
  if (signIn.csrfHash !== presented.csrfHash) return err({ reason: 'forged_form' })
  return ok(signIn)
}
