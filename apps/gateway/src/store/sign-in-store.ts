import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'

/** A sign-in on its way: from our authorization endpoint through consent and Forgejo back to the client. */
export interface SignIn {
  readonly id: string
  /** Hash of the cookie of the browser that began it. */
  readonly browserHash: string
  /** Hash of the consent form's anti-forgery token. */
  readonly csrfHash: string
  readonly clientId: string
  readonly redirectUri: string
  /** The client's own `state`, given back unchanged. */
  readonly clientState: string | null
  readonly codeChallenge: string
  readonly resource: string
  readonly requestedLevel: AccessLevel
  readonly expiresAtMs: number
}

/** A sign-in whose user agreed and was sent to Forgejo. */
export interface ApprovedSignIn extends SignIn {
  readonly grantedLevel: AccessLevel
  readonly upstreamCodeVerifier: string
}

export interface SignInStore {
  insert(signIn: SignIn): Promise<void>
  /** Finds one that is not over: it waits for consent, or for the browser to come back from Forgejo. Expired ones included. */
  find(id: string): Promise<SignIn | undefined>
  /**
   * Records consent; again for the same level, since a button may be pressed twice: then the last state alone counts. False when it was
   * decided otherwise before, has expired or is another browser's.
   */
  approve(approval: {
    readonly id: string
    readonly browserHash: string
    readonly grantedLevel: AccessLevel
    readonly upstreamStateHash: string
    readonly upstreamCodeVerifier: string
    readonly nowMs: number
  }): Promise<boolean>
  /** Ends one that waits for consent; false when it was decided before, has expired or is another browser's. */
  deny(denial: { readonly id: string; readonly browserHash: string; readonly nowMs: number }): Promise<boolean>
  /** Takes an approved one out, once, in its time, for the browser that began it; `undefined` for any other presentation. */
  take(presented: {
    readonly upstreamStateHash: string
    readonly browserHash: string
    readonly nowMs: number
  }): Promise<ApprovedSignIn | undefined>
}
