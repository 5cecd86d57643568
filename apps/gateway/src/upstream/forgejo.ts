import type { Result } from '@fjmcp-broker/shared/result'

/** What Forgejo's token endpoint gave. Opaque to us. */
export interface ForgejoTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly accessExpiresAtMs: number
}

/** Who signed in. `sub` never changes; `login` may. */
export interface ForgejoIdentity {
  readonly sub: string
  readonly login: string
}

export type ForgejoFailure =
  /** The code or refresh token is of no use any more: the user has to sign in again. */
  | { readonly reason: 'grant_refused'; readonly detail: string }
  /** Another request for tokens of this user came between. What stands now decides. */
  | { readonly reason: 'race_lost'; readonly detail: string }
  /** Forgejo does not accept our client id, secret or redirect URI: for the operator to mend. */
  | { readonly reason: 'client_refused'; readonly detail: string }
  /** The access token was refused (401) or its user may not sign in (403). */
  | { readonly reason: 'token_refused'; readonly detail: string }
  /** Not reached, timed out, a 5xx; trying later may work, and not before `retryAfterMs` (from now) where that is given. */
  | { readonly reason: 'unavailable'; readonly detail: string; readonly retryAfterMs?: number }
  /** An answer that this broker does not know, or that is none of a token endpoint. It says nothing about the user. */
  | { readonly reason: 'not_understood'; readonly detail: string }

/** Forgejo as the upstream authorization server. `detail` never holds a token. */
export interface Forgejo {
  /** Where the browser goes to sign in; PKCE S256 with this verifier. */
  authorizationUrl(request: { readonly state: string; readonly codeVerifier: string }): URL
  /** Gets tokens for a code. They void the user's older refresh token; settles whenever Forgejo answers, however late: bound your wait, not the call. */
  exchangeCode(request: { readonly code: string; readonly codeVerifier: string }): Promise<Result<ForgejoTokens, ForgejoFailure>>
  /** Renews tokens. Uses `refreshToken` up; settles as `exchangeCode` does. */
  refresh(refreshToken: string): Promise<Result<ForgejoTokens, ForgejoFailure>>
  identify(accessToken: string): Promise<Result<ForgejoIdentity, ForgejoFailure>>
  /** Asks what a token may really do: the scopes of the user's grant as Forgejo keeps them, which may be none. */
  scopesOf(accessToken: string): Promise<Result<readonly string[], ForgejoFailure>>
  /** Asks `/api/v1/version`, without a token where none is given. */
  version(accessToken?: string): Promise<Result<string, ForgejoFailure>>
}
