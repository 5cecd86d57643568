import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'

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

export interface RevokedFamily {
  /** How many tokens there were. */
  readonly tokens: number
  readonly sessionIds: readonly string[]
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
  /** Ends all tokens of a family, and the sessions of its grant if no other token of that is good, in one batch. */
  revokeFamily(family: { readonly familyId: string; readonly grantId: string; readonly nowMs: number }): Promise<RevokedFamily>
  findAccess(hash: string): Promise<AccessToken | undefined>
}
