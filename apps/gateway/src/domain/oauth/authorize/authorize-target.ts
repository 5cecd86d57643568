import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { checkRedirectUri, isRegisteredRedirectUri, type RedirectUriRules } from '../client/redirect-uri.ts'

/** What is known of a client. */
export interface RegisteredClient {
  readonly id: string
  readonly name: string
  readonly redirectUris: readonly string[]
}

/** Where an authorization response goes, proven to belong to the client. */
export interface AuthorizeTarget {
  readonly client: RegisteredClient
  readonly redirectUri: string
}

/** Nothing of these may ever be answered by a redirect: the address is not proven. */
export type TargetRejection =
  | { readonly reason: 'missing_client_id' }
  | { readonly reason: 'unknown_client' }
  | { readonly reason: 'missing_redirect_uri' }
  | { readonly reason: 'unregistered_redirect_uri' }
  /** The client registered it, and by the rules of now could not. */
  | { readonly reason: 'redirect_uri_not_allowed' }

/**
 * Checks that the redirect URI of a request belongs to its client and that the rules, which may have changed since the client registered,
 * allow it.
 *
 * @param presented `redirectUri` is absent when it was missing or repeated.
 * @see RFC 6749 §3.1.2.4, RFC 9700 §4.1.3
 */
export function checkAuthorizeTarget({
  client,
  redirectUri,
  rules,
}: {
  readonly client: RegisteredClient | undefined
  readonly redirectUri: string | undefined
  readonly rules: RedirectUriRules
}): Result<AuthorizeTarget, TargetRejection> {
  if (client === undefined) return err({ reason: 'unknown_client' })
  if (redirectUri === undefined) return err({ reason: 'missing_redirect_uri' })
  if (!isRegisteredRedirectUri(redirectUri, client.redirectUris)) return err({ reason: 'unregistered_redirect_uri' })
  // A port, too, that is chosen at the last moment may be that of a broker on loopback.
  if (!checkRedirectUri(redirectUri, rules).ok) return err({ reason: 'redirect_uri_not_allowed' })
  return ok({ client, redirectUri })
}
