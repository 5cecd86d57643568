import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'

/** A user as the operator sees one. Nothing here is secret. */
export interface ListedUser {
  readonly id: string
  readonly sub: string
  readonly login: string
  readonly createdAtMs: number
  /** The last sign-in. */
  readonly updatedAtMs: number
  readonly credentialState: 'live' | 'dead' | 'none'
  /** When it was last renewed; null where there is none. */
  readonly credentialUpdatedAtMs: number | null
  /** What Forgejo said that the user's tokens may do, separated by spaces; null where it was not asked. */
  readonly forgejoScopes: string | null
  readonly grants: number
  readonly sessions: number
  readonly lastUsedAtMs: number | null
}

/** `document`: its id is the URL of its metadata document. `with_secret` and `registered` registered themselves. */
export type ClientKind = 'registered' | 'with_secret' | 'document'

/** A client as the operator sees one. */
export interface ListedClient {
  readonly id: string
  readonly name: string
  readonly kind: ClientKind
  readonly redirectUris: readonly string[]
  readonly createdAtMs: number
  readonly grants: number
  readonly sessions: number
  readonly lastUsedAtMs: number | null
}

/** A grant as the operator sees one. */
export interface ListedGrant {
  readonly id: string
  readonly userId: string
  readonly userLogin: string
  readonly clientId: string
  readonly clientName: string
  readonly accessLevel: AccessLevel
  readonly createdAtMs: number
  /** The last consent. */
  readonly updatedAtMs: number
  readonly sessions: number
  /** Access and refresh tokens that are good now. */
  readonly tokens: number
  readonly lastUsedAtMs: number | null
}

/** Which part of a listing is wanted. */
export interface Page {
  /** Rows at most. */
  readonly limit: number
  /** The id at which the part before this one ended. */
  readonly after?: string | undefined
}

/** A part of a listing, the newest first. */
export interface Listing<Row> {
  readonly rows: readonly Row[]
  /** The `after` of the next part; undefined where this is the last. */
  readonly next: string | undefined
}

/**
 * Looks at who has access to what. A use is that of a session, to the minute, or of a refresh token; what was used last may be gone, and
 * its use with it.
 */
export interface AccessListing {
  /** @param filter `login`: a part of it, in any case. */
  users(
    filter: { readonly login?: string | undefined; readonly credentialState?: ListedUser['credentialState'] | undefined },
    page: Page,
  ): Promise<Listing<ListedUser>>
  /** Finds the users of this id, or else of this login in any case: several where one was renamed and another took the name. */
  findUsers(idOrLogin: string): Promise<readonly ListedUser[]>
  /** @param filter `name`: a part of it, in any case. */
  clients(
    filter: { readonly name?: string | undefined; readonly kind?: ClientKind | undefined },
    page: Page,
  ): Promise<Listing<ListedClient>>
  findClient(id: string): Promise<ListedClient | undefined>
  grants(
    filter: {
      readonly userId?: string | undefined
      readonly clientId?: string | undefined
      readonly accessLevel?: AccessLevel | undefined
    },
    page: Page & { readonly nowMs: number },
  ): Promise<Listing<ListedGrant>>
  findGrant(id: string, nowMs: number): Promise<ListedGrant | undefined>
}
