import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Parameters } from '../parameters.ts'
import { isCodeChallenge } from '../pkce.ts'
import { checkResource } from '../resource.ts'
import { parseScope } from '../scope.ts'

export interface AuthorizeRequest {
  readonly clientState: string | null
  readonly codeChallenge: string
  readonly resource: string
  readonly requestedLevel: AccessLevel
}

export type AuthorizeRejection =
  | { readonly reason: 'repeated_parameter'; readonly name: string }
  | { readonly reason: 'missing_parameter'; readonly name: string }
  | { readonly reason: 'state_too_long'; readonly limit: number }
  | { readonly reason: 'unprintable_state' }
  | { readonly reason: 'unsupported_response_type' }
  | { readonly reason: 'unsupported_response_mode' }
  | { readonly reason: 'unsupported_challenge_method' }
  | { readonly reason: 'malformed_challenge' }
  | { readonly reason: 'foreign_resource' }

const maxStateLength = 4_096

// RFC 6749 appendix A.5 has printable ASCII only. Other letters are let through, since they come back as they were sent; control
// characters would not (the database ends a text at NUL), nor what U+FFFD stands for, which is bytes that are no UTF-8.
const unprintable = /[\p{Cc}\uFFFD]/u

/**
 * Parses what a client asks of the authorization endpoint, once its id and redirect URI have been checked: from here on a rejection
 * goes back to the client. The first failing rule is returned.
 *
 * @see RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2.1
 */
export function parseAuthorizeRequest({ values, repeated }: Parameters, publicUrl: string): Result<AuthorizeRequest, AuthorizeRejection> {
  const [name] = repeated
  if (name !== undefined) return err({ reason: 'repeated_parameter', name })
  const clientState = values.get('state') ?? null
  if (clientState !== null && clientState.length > maxStateLength) return err({ reason: 'state_too_long', limit: maxStateLength })
  if (clientState !== null && unprintable.test(clientState)) return err({ reason: 'unprintable_state' })
  const responseType = values.get('response_type')
  if (responseType === undefined) return err({ reason: 'missing_parameter', name: 'response_type' })
  if (responseType !== 'code') return err({ reason: 'unsupported_response_type' })
  if ((values.get('response_mode') ?? 'query') !== 'query') return err({ reason: 'unsupported_response_mode' })
  const codeChallenge = values.get('code_challenge')
  if (codeChallenge === undefined) return err({ reason: 'missing_parameter', name: 'code_challenge' })
  // An absent method means `plain`, which would be a downgrade.
  if (values.get('code_challenge_method') !== 'S256') return err({ reason: 'unsupported_challenge_method' })
  if (!isCodeChallenge(codeChallenge)) return err({ reason: 'malformed_challenge' })
  const resource = checkResource(values.get('resource'), publicUrl)
  if (!resource.ok) return resource
  return ok({ clientState, codeChallenge, resource: resource.value, requestedLevel: parseScope(values.get('scope')) })
}
