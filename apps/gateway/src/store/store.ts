import type { AccessListing } from './access-listing.ts'
import type { AccessStore } from './access-store.ts'
import type { AuditStore } from './audit-store.ts'
import type { ClientStore } from './client-store.ts'
import type { CredentialStore } from './credential-store.ts'
import type { GrantStore } from './grant-store.ts'
import type { KeyStore } from './key-store.ts'
import type { SessionListing } from './session-listing.ts'
import type { SessionStore } from './session-store.ts'
import type { SignInStore } from './sign-in-store.ts'
import type { TokenStore } from './token-store.ts'
import type { UserStore } from './user-store.ts'

/**
 * All that the gateway remembers. What must happen once is one conditional statement or one batch, and says by its return whether it
 * happened. Methods throw `StoreFailure` when the database cannot do it: nothing was acknowledged then.
 * Times are milliseconds since the Unix epoch; secrets come as hashes, Forgejo's tokens in the clear and are sealed inside.
 */
export interface Store {
  readonly clients: ClientStore
  readonly signIns: SignInStore
  readonly users: UserStore
  readonly credentials: CredentialStore
  readonly keys: KeyStore
  readonly grants: GrantStore
  readonly tokens: TokenStore
  readonly sessions: SessionStore
  readonly sessionListing: SessionListing
  readonly access: AccessStore
  readonly accessListing: AccessListing
  readonly auditEvents: AuditStore
  /** The Forgejo version last seen; children are told it at their start. */
  forgejoVersion(): Promise<string | undefined>
  setForgejoVersion(version: string): Promise<void>
  /** Proves that the database answers. Throws `StoreFailure` otherwise. */
  check(): Promise<void>
  /** Deletes what has expired; returns how many rows were deleted, or changed where they stay for something else. */
  purge(nowMs: number): Promise<number>
  close(): Promise<void>
}

/** The database could not do what was asked: full, read-only, gone. The request may be tried again later. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure'
}

/** A row came too late: the user, client or grant that it was to belong to has ended meanwhile. Trying again does not help. */
export class OwnerEnded extends StoreFailure {}
