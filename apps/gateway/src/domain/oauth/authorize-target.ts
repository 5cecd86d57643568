import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { isOwnRedirectUri, isRegisteredRedirectUri } from './redirect-uri.ts'

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

/**
 * Checks that the redirect URI of a request belongs to its client.
 *
 * @param presented `redirectUri` is absent when it was missing or repeated; `ownOrigin` is the broker's.
 * @see RFC 6749 §3.1.2.4, RFC 9700 §4.1.3
 */
export function checkAuthorizeTarget({
  client,
  redirectUri,
  ownOrigin,
}: {
  readonly client: RegisteredClient | undefined
  readonly redirectUri: string | undefined
  readonly ownOrigin: string
}): Result<AuthorizeTarget, TargetRejection> {
  if (client === undefined) return err({ reason: 'unknown_client' })
  if (redirectUri === undefined) return err({ reason: 'missing_redirect_uri' })
  if (!isRegisteredRedirectUri(redirectUri, client.redirectUris)) return err({ reason: 'unregistered_redirect_uri' })
  // A port that is chosen at the last moment may be that of a broker on loopback.
  if (isOwnRedirectUri(redirectUri, ownOrigin)) return err({ reason: 'unregistered_redirect_uri' })
  return ok({ client, redirectUri })
}
