import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'

/** What a user allowed a client: unique per user and client. */
export interface Grant {
  readonly id: string
  readonly userId: string
  readonly clientId: string
  readonly accessLevel: AccessLevel
  readonly resource: string
}

export interface GrantStore {
  /** Records a consent: makes the grant, or gives the existing one of this user and client the new level. */
  consent(consent: {
    readonly userId: string
    readonly clientId: string
    readonly accessLevel: AccessLevel
    readonly resource: string
    readonly nowMs: number
  }): Promise<Grant>
}
