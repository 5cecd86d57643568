/** What ended with a user, a client or a grant. */
export interface EndedAccess {
  readonly grants: readonly EndedGrant[]
  /** Those that the runner has to let go of. */
  readonly sessionIds: readonly string[]
}

/** A grant that is no more, as the audit log has to name it. */
export interface EndedGrant {
  readonly id: string
  readonly userId: string
  readonly userLogin: string
  readonly clientId: string
  readonly clientName: string
  /** Access and refresh tokens, and codes, that were good until now. */
  readonly tokens: number
  readonly sessions: number
}

export interface EndedClient extends EndedAccess {
  readonly name: string
  /** Sign-ins that were on their way. */
  readonly signIns: number
}

export interface EndedUser extends EndedAccess {
  readonly login: string
  /** Of the credential that went with the user; undefined where there was none. */
  readonly credentialGeneration: number | undefined
}

/**
 * Ends access for good: each is one batch, so that nothing is issued from what it ends. Undefined where there is no such thing (any more).
 * Memory, open answers and children are not the store's: the flows in `flows/access` end those too.
 */
export interface AccessStore {
  /** Deletes a grant with its codes, tokens and sessions. */
  endGrant(grantId: string, nowMs: number): Promise<EndedAccess | undefined>
  /** Deletes a client with its grants and the sign-ins that are on their way. */
  endClient(clientId: string, nowMs: number): Promise<EndedClient | undefined>
  /** Deletes a user with the grants and the credential: who signs in again afterwards is a new user. */
  endUser(userId: string, nowMs: number): Promise<EndedUser | undefined>
}
