import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { type ClientAuthMethod, clientAuthMethods } from './client-auth-method.ts'
import { cleanClientName } from './client-name.ts'
import { checkRedirectUri, describeRedirectUri, type RedirectUriRejection, type RedirectUriRules } from './redirect-uri.ts'

/** What a client says of itself; members that it left out are `undefined`. */
export interface ClientMetadata {
  readonly redirectUris: readonly string[]
  readonly clientName?: string | undefined
  readonly grantTypes?: readonly string[] | undefined
  readonly responseTypes?: readonly string[] | undefined
  readonly authMethod?: string | undefined
}

export interface CheckedClient {
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly authMethod: ClientAuthMethod
}

export type RegistrationRejection =
  | (RedirectUriRejection & { readonly position: number })
  | { readonly reason: 'no_redirect_uri' }
  | { readonly reason: 'too_many_redirect_uris'; readonly limit: number }
  | { readonly reason: 'no_usable_grant_type' }
  | { readonly reason: 'no_usable_response_type' }
  | { readonly reason: 'unsupported_auth_method'; readonly method: string }

const maxRedirectUris = 16

/**
 * Checks a registration; the first failing rule is returned. Who does not say how it authenticates becomes a public client: by RFC 7591
 * that would be `client_secret_basic`, but a client that asked for no secret may not send one.
 *
 * @see RFC 7591 §2
 */
export function checkRegistration(metadata: ClientMetadata, rules: RedirectUriRules): Result<CheckedClient, RegistrationRejection> {
  const redirectUris = [...new Set(metadata.redirectUris)]
  const [first] = redirectUris
  if (first === undefined) return err({ reason: 'no_redirect_uri' })
  if (redirectUris.length > maxRedirectUris) return err({ reason: 'too_many_redirect_uris', limit: maxRedirectUris })
  for (const [position, uri] of redirectUris.entries()) {
    const checked = checkRedirectUri(uri, rules)
    if (!checked.ok) return err({ ...checked.error, position })
  }
  if (metadata.grantTypes?.includes('authorization_code') === false) return err({ reason: 'no_usable_grant_type' })
  if (metadata.responseTypes?.includes('code') === false) return err({ reason: 'no_usable_response_type' })
  const { authMethod = 'none' } = metadata
  if (!isAuthMethod(authMethod)) return err({ reason: 'unsupported_auth_method', method: authMethod })
  return ok({ name: cleanClientName(metadata.clientName ?? '') ?? describeRedirectUri(first), redirectUris, authMethod })
}

function isAuthMethod(text: string): text is ClientAuthMethod {
  return clientAuthMethods.some((method) => method === text)
}

/** A registration's rejection as it goes over the wire, with a reason that the client's author can act on. */
export interface RegistrationError {
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata'
  readonly description: string
}

/** @see RFC 7591 §3.2.2 */
export function registrationError(rejection: RegistrationRejection): RegistrationError {
  switch (rejection.reason) {
    case 'no_redirect_uri':
      return invalidRedirectUri('redirect_uris must hold at least one URI')
    case 'too_many_redirect_uris':
      return invalidRedirectUri(`redirect_uris may hold at most ${rejection.limit} URIs`)
    case 'malformed_redirect_uri':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] is not a URI`)
    case 'redirect_uri_too_long':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] is longer than ${rejection.limit} characters`)
    case 'redirect_uri_with_fragment':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] must not have a fragment`)
    case 'redirect_uri_with_user_name':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] must not hold a user name or password`)
    case 'insecure_redirect_uri':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] must use https; http is for localhost, 127.0.0.1 and [::1] only`)
    case 'refused_redirect_scheme':
      return invalidRedirectUri(
        `redirect_uris[${rejection.position}] has the scheme "${rejection.scheme.slice(0, 40)}"; a private-use scheme must contain a dot (com.example.app) or be allowed by the operator in FJMCP_BROKER_REDIRECT_SCHEMES`,
      )
    case 'ambiguous_redirect_uri':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] must say where it leads in plain letters, as in scheme://host/path`)
    case 'own_redirect_uri':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] leads to this server itself`)
    case 'reserved_redirect_parameter':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] must not have ${rejection.name} in its query: the response brings it`)
    case 'deep_link_redirect_uri':
      return invalidRedirectUri(
        `redirect_uris[${rejection.position}] is a link that an editor obeys; its host must name the extension that waits, as in vscode://publisher.extension/path`,
      )
    case 'query_in_redirect_uri':
      return invalidRedirectUri(`redirect_uris[${rejection.position}] must not have a query, since its scheme has no dot`)
    case 'no_usable_grant_type':
      return invalidMetadata('grant_types must include authorization_code')
    case 'no_usable_response_type':
      return invalidMetadata('response_types must include code')
    case 'unsupported_auth_method':
      return invalidMetadata(`token_endpoint_auth_method must be ${clientAuthMethods.join(', ')} or absent`)
  }
}

function invalidRedirectUri(description: string): RegistrationError {
  return { error: 'invalid_redirect_uri', description }
}

function invalidMetadata(description: string): RegistrationError {
  return { error: 'invalid_client_metadata', description }
}
