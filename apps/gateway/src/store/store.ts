import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { ForgejoTokens } from '../upstream/forgejo.ts'

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
  readonly grants: GrantStore
  readonly tokens: TokenStore
  readonly sessions: SessionStore
  /** The Forgejo version last seen; children are told it at their start. */
  forgejoVersion(): Promise<string | undefined>
  setForgejoVersion(version: string): Promise<void>
  /** Proves that the database answers. Throws `StoreFailure` otherwise. */
  check(): Promise<void>
  /** Deletes what has expired; returns how many rows went. */
  purge(nowMs: number): Promise<number>
  close(): Promise<void>
}

/** The database could not do what was asked: full, read-only, gone. The request may be tried again later. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure'
}

export interface Client {
  readonly id: string
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly createdAtMs: number
}

export interface ClientStore {
  insert(client: Client): Promise<void>
  find(id: string): Promise<Client | undefined>
}

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

export interface User {
  readonly id: string
  /** Forgejo's unchanging id of the user. */
  readonly sub: string
  readonly login: string
}

export interface UserStore {
  /** Finds or makes the user of this `sub` and records the current login name. */
  upsert(user: { readonly sub: string; readonly login: string; readonly nowMs: number }): Promise<User>
  find(id: string): Promise<User | undefined>
}

/** The one Forgejo credential of a user. Its generation grows with every change of its tokens, from 1. */
export interface Credential extends ForgejoTokens {
  readonly userId: string
  readonly generation: number
  /** `dead`: Forgejo refused the refresh; only a new sign-in revives it. */
  readonly state: 'live' | 'dead'
}

export interface CredentialStore {
  /** Finds a user's credential. One that cannot be opened any more is marked dead, and `undefined` like one that never was. */
  find(userId: string): Promise<Credential | undefined>
  /** Stores what a sign-in brought, whatever was there, alive; returns the new generation. */
  replace(login: { readonly userId: string; readonly tokens: ForgejoTokens; readonly nowMs: number }): Promise<number>
  /** Takes the right to refresh this generation until `untilMs`; false when another holder has it or the generation is past or dead. The holder itself may take it again. */
  lease(lease: {
    readonly userId: string
    readonly generation: number
    readonly holder: string
    readonly nowMs: number
    readonly untilMs: number
  }): Promise<boolean>
  /** Stores refreshed tokens if the row still has this generation; returns the new one, or `undefined` when a newer one stands. */
  renew(renewal: {
    readonly userId: string
    readonly generation: number
    readonly tokens: ForgejoTokens
    readonly nowMs: number
  }): Promise<number | undefined>
  /** Gives a lease back without a change, after a refresh that may be tried again. */
  release(lease: { readonly userId: string; readonly generation: number; readonly holder: string }): Promise<void>
  /** Marks this generation dead; false when a newer one stands. */
  markDead(death: { readonly userId: string; readonly generation: number; readonly nowMs: number }): Promise<boolean>
}

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
  find(id: string): Promise<Grant | undefined>
}

export interface AuthorizationCode {
  readonly hash: string
  readonly grantId: string
  readonly clientId: string
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly resource: string
  readonly accessLevel: AccessLevel
  readonly expiresAtMs: number
}

export interface RefreshToken {
  readonly hash: string
  readonly grantId: string
  readonly clientId: string
  readonly userId: string
  readonly familyId: string
  readonly resource: string
  readonly accessLevel: AccessLevel
  readonly credentialState: 'live' | 'dead'
  /** Present when it was exchanged for a successor. */
  readonly use: RefreshTokenUse | undefined
  readonly expiresAtMs: number
}

export interface RefreshTokenUse {
  /** Undefined where an older broker recorded the use. */
  readonly usedAtMs: number | undefined
  /** The pair that it was exchanged for, sealed under the token itself; gone once the grace is over. */
  readonly sealedSuccessors: string | undefined
}

/** What came of a code: present once it was used. */
export interface CodeUse {
  /** Undefined, like the family, where an older broker recorded the use. */
  readonly usedAtMs: number | undefined
  readonly familyId: string | undefined
}

/** What an access token stands for. */
export interface AccessToken {
  readonly grantId: string
  readonly familyId: string
  readonly clientId: string
  readonly userId: string
  readonly accessLevel: AccessLevel
  readonly resource: string
  readonly credentialState: 'live' | 'dead'
  readonly expiresAtMs: number
}

/** The hashes and lifetimes of a pair about to be issued. */
export interface IssuedPair {
  readonly accessHash: string
  readonly accessExpiresAtMs: number
  readonly refreshHash: string
  readonly refreshExpiresAtMs: number
}

/**
 * Codes and tokens keep the resource and the access level that they were issued for, and pass them on to their successors. What is found
 * here says the lower of that level and the grant's: a consent narrows at once what was issued before it, and never widens it.
 */
export interface TokenStore {
  insertCode(code: AuthorizationCode): Promise<void>
  findCode(hash: string): Promise<(AuthorizationCode & { readonly use: CodeUse | undefined; readonly userId: string }) | undefined>
  /** Uses a code up and stores the pair, the first of a new family, in one batch; false when the code was used before, has expired or never was. */
  exchangeCode(exchange: {
    readonly codeHash: string
    readonly familyId: string
    readonly issued: IssuedPair
    readonly nowMs: number
  }): Promise<boolean>
  findRefresh(hash: string): Promise<RefreshToken | undefined>
  /** Sets the successor where there is none and stores the pair, in one batch; false when it was rotated before, has expired or never was. */
  rotate(rotation: {
    readonly refreshHash: string
    readonly issued: IssuedPair
    readonly sealedSuccessors: { readonly text: string; readonly expireAtMs: number } | undefined
    readonly nowMs: number
  }): Promise<boolean>
  /** Ends all tokens of a family, in one batch; returns how many there were. */
  revokeFamily(familyId: string): Promise<number>
  findAccess(hash: string): Promise<AccessToken | undefined>
}

/** A connected MCP client. Belongs to a user and a client through the grant, never to token bytes. */
export interface Session {
  readonly id: string
  /** Hash of the `Mcp-Session-Id` that the client carries. */
  readonly hash: string
  readonly grantId: string
  readonly userId: string
  readonly clientId: string
  readonly protocolVersion: string
  readonly logLevel: string | null
  readonly createdAtMs: number
}

export interface SessionStore {
  insert(session: Session): Promise<void>
  find(hash: string): Promise<Session | undefined>
  setLogLevel(id: string, level: string): Promise<void>
  /** Ends a session; false when it was gone. */
  end(id: string): Promise<boolean>
  /** Records use, many at once: last-used stamps are batched by the caller. */
  touch(sessionIds: readonly string[], nowMs: number): Promise<void>
}
