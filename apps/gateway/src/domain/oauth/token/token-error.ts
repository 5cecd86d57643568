import type { CodeRejection } from './authorization-code.ts'
import type { ClientRejection } from '../client/client-authentication.ts'
import type { RefreshRejection } from './refresh-token.ts'
import type { TokenRequestRejection } from './token-request.ts'

export type TokenRejection =
  | TokenRequestRejection
  | CodeRejection
  | RefreshRejection
  | ClientRejection
  /** Parameters in the address are in the logs of every proxy on the way. */
  | { readonly reason: 'parameters_in_address' }
  | { readonly reason: 'token_of_another_client' }

export interface TokenError {
  readonly status: 400 | 401
  readonly error: 'invalid_client' | 'invalid_grant' | 'invalid_request' | 'invalid_scope' | 'invalid_target' | 'unsupported_grant_type'
  readonly description: string
}

/**
 * A rejection as the client is told of it. What is wrong with a code, a token or a client is not told apart: only its owner has to know.
 *
 * @see RFC 6749 §5.2, RFC 8707 §2
 */
export function tokenError(rejection: TokenRejection): TokenError {
  switch (rejection.reason) {
    case 'wrong_content_type':
      return invalidRequest('the body must be application/x-www-form-urlencoded')
    case 'repeated_parameter':
      return invalidRequest('a parameter is repeated')
    case 'missing_parameter':
      return invalidRequest(`${rejection.name} is missing`)
    case 'malformed_verifier':
      return invalidRequest('code_verifier must be 43 to 128 unreserved characters')
    case 'unsupported_grant_type':
      return { status: 400, error: 'unsupported_grant_type', description: 'grant_type must be authorization_code or refresh_token' }
    case 'parameters_in_address':
      return invalidRequest('parameters belong in the body, not in the address')
    case 'malformed_basic':
      return invalidRequest('the Authorization header must be Basic with client_id:client_secret in Base64, once')
    case 'two_client_authentications':
      return invalidRequest('the client must authenticate in the header or in the body, not in both')
    case 'two_clients':
      return invalidRequest('client_id in the body is another than in the Authorization header')
    case 'unsupported_authorization_scheme':
      return invalidClient('a client authenticates here by HTTP Basic, by client_secret in the body, or not at all')
    case 'unknown_client':
    case 'missing_client_secret':
    case 'wrong_client_secret':
    case 'unexpected_client_secret':
      return invalidClient('no client with this client_id and client_secret is registered here; register again')
    case 'foreign_resource':
      return { status: 400, error: 'invalid_target', description: 'resource is not the one this was issued for' }
    case 'scope_beyond_grant':
      return { status: 400, error: 'invalid_scope', description: 'the user granted less; ask again at the authorization endpoint' }
    case 'unknown_code':
    case 'code_of_another_client':
    case 'code_used':
    case 'code_reused':
    case 'code_expired':
    case 'redirect_uri_mismatch':
    case 'verifier_mismatch':
      return invalidGrant('the authorization code cannot be used: it is unknown, expired, used, or not for this client and verifier')
    case 'unknown_refresh_token':
    case 'refresh_token_of_another_client':
    case 'refresh_token_used':
    case 'refresh_token_reused':
    case 'refresh_token_expired':
      return invalidGrant('the refresh token cannot be used: it is unknown, expired, used, or of another client')
    case 'token_of_another_client':
      return invalidGrant('the token was issued to another client')
    case 'credential_dead':
      return invalidGrant('the sign-in at Forgejo has ended; sign in again')
  }
}

function invalidRequest(description: string): TokenError {
  return { status: 400, error: 'invalid_request', description }
}

function invalidClient(description: string): TokenError {
  return { status: 401, error: 'invalid_client', description }
}

function invalidGrant(description: string): TokenError {
  return { status: 400, error: 'invalid_grant', description }
}
