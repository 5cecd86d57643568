import type { AuthorizeRejection } from './authorize-request.ts'

/** What the authorization endpoint tells a client, apart from `state` and `iss`. */
export type AuthorizeOutcome = { readonly code: string } | AuthorizeError

export interface AuthorizeError {
  readonly error:
    | 'access_denied'
    | 'invalid_request'
    | 'invalid_target'
    | 'server_error'
    | 'temporarily_unavailable'
    | 'unsupported_response_type'
  readonly description: string
}

/**
 * The address that brings an outcome back to a client, with `iss` always and `state` as the client gave it.
 *
 * @param redirectUri One that was proven to be the client's.
 * @param issuer The public URL.
 * @see RFC 6749 §4.1.2, RFC 9207 §2
 */
export function authorizeResponseUrl({
  redirectUri,
  clientState,
  issuer,
  outcome,
}: {
  readonly redirectUri: string
  readonly clientState: string | null
  readonly issuer: string
  readonly outcome: AuthorizeOutcome
}): string {
  const parameters = new URLSearchParams(
    'code' in outcome ? { code: outcome.code } : { error: outcome.error, error_description: outcome.description },
  )
  if (clientState !== null) parameters.set('state', clientState)
  parameters.set('iss', issuer)
  // Joined as text: a URL object would spell the client's own part anew.
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${parameters}`
}

/** A rejected request as the client is told of it. */
export function authorizeError(rejection: AuthorizeRejection): AuthorizeError {
  switch (rejection.reason) {
    case 'repeated_parameter':
      return { error: 'invalid_request', description: `${printable(rejection.name)} must not be repeated` }
    case 'missing_parameter':
      return { error: 'invalid_request', description: `${rejection.name} is missing` }
    case 'state_too_long':
      return { error: 'invalid_request', description: `state is longer than ${rejection.limit} characters` }
    case 'unprintable_state':
      return { error: 'invalid_request', description: 'state may hold printable characters only' }
    case 'unsupported_response_type':
      return { error: 'unsupported_response_type', description: 'response_type must be code' }
    case 'unsupported_response_mode':
      return { error: 'invalid_request', description: 'response_mode must be query' }
    case 'unsupported_challenge_method':
      return { error: 'invalid_request', description: 'code_challenge_method must be S256' }
    case 'malformed_challenge':
      return { error: 'invalid_request', description: 'code_challenge must be a SHA-256 digest in base64url' }
    case 'foreign_resource':
      return { error: 'invalid_target', description: 'resource is not served here' }
  }
}

/** `error_description` takes printable ASCII without quotes and backslashes only (RFC 6749 §4.1.2.1). */
function printable(name: string): string {
  return name.replace(/[^\w.-]/g, '_').slice(0, 40)
}
