import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Parameters } from './parameters.ts'
import type { TokenRequestRejection } from './token-request.ts'

export interface RevocationRequest {
  readonly clientId: string
  /** An access token or a refresh token: its form says which, so that `token_type_hint` is not needed. */
  readonly token: string
}

export type RevocationRejection = Extract<TokenRequestRejection, { readonly reason: 'repeated_parameter' | 'missing_parameter' }>

/**
 * Parses the form of a revocation request; the first failing rule is returned.
 *
 * @see RFC 7009 §2.1
 */
export function parseRevocationRequest({ values, repeated }: Parameters): Result<RevocationRequest, RevocationRejection> {
  const [name] = repeated
  if (name !== undefined) return err({ reason: 'repeated_parameter', name })
  const clientId = values.get('client_id')
  if (clientId === undefined) return err({ reason: 'missing_parameter', name: 'client_id' })
  const token = values.get('token')
  if (token === undefined) return err({ reason: 'missing_parameter', name: 'token' })
  return ok({ clientId, token })
}
