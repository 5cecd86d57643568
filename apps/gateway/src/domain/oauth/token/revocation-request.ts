import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import {
  type ClientAuthenticationRejection,
  type ClientCredentials,
  type ClientRequest,
  parseClientAuthentication,
} from '../client/client-authentication.ts'
import type { TokenRequestRejection } from './token-request.ts'

export interface RevocationRequest extends ClientCredentials {
  /** An access token or a refresh token: its form says which, so that `token_type_hint` is not needed. */
  readonly token: string
}

export type RevocationRejection =
  | ClientAuthenticationRejection
  | Extract<TokenRequestRejection, { readonly reason: 'repeated_parameter' | 'missing_parameter' }>

/**
 * Parses a revocation request; the first failing rule is returned.
 *
 * @see RFC 7009 §2.1
 */
export function parseRevocationRequest(sent: ClientRequest): Result<RevocationRequest, RevocationRejection> {
  const { values, repeated } = sent.form
  const [name] = repeated
  if (name !== undefined) return err({ reason: 'repeated_parameter', name })
  const credentials = parseClientAuthentication(sent)
  if (!credentials.ok) return credentials
  const token = values.get('token')
  if (token === undefined) return err({ reason: 'missing_parameter', name: 'token' })
  return ok({ ...credentials.value, token })
}
