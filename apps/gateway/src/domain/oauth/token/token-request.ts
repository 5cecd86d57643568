import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import {
  type ClientAuthenticationRejection,
  type ClientCredentials,
  type ClientRequest,
  parseClientAuthentication,
} from '../client/client-authentication.ts'
import type { Parameters } from '../parameters.ts'
import { isCodeVerifier } from '../pkce.ts'
import { checkResource } from '../resource.ts'

export interface CodeRequest extends ClientCredentials {
  readonly grantType: 'authorization_code'
  readonly code: string
  readonly codeVerifier: string
  readonly redirectUri: string | undefined
  readonly resource: string
}

export interface RefreshRequest extends ClientCredentials {
  readonly grantType: 'refresh_token'
  readonly refreshToken: string
  readonly scope: string | undefined
  readonly resource: string
}

export type TokenRequest = CodeRequest | RefreshRequest

export type TokenRequestRejection =
  | ClientAuthenticationRejection
  | { readonly reason: 'wrong_content_type' }
  | { readonly reason: 'repeated_parameter'; readonly name: string }
  | { readonly reason: 'missing_parameter'; readonly name: string }
  | { readonly reason: 'unsupported_grant_type' }
  | { readonly reason: 'malformed_verifier' }
  | { readonly reason: 'foreign_resource' }

/**
 * Parses a token request; the first failing rule is returned.
 *
 * @see RFC 6749 §4.1.3, §6, RFC 7636 §4.5, RFC 8707 §2.2
 */
export function parseTokenRequest(sent: ClientRequest, publicUrl: string): Result<TokenRequest, TokenRequestRejection> {
  const { values, repeated } = sent.form
  const [name] = repeated
  if (name !== undefined) return err({ reason: 'repeated_parameter', name })
  const grantType = values.get('grant_type')
  if (grantType === undefined) return missing('grant_type')
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') return err({ reason: 'unsupported_grant_type' })
  const credentials = parseClientAuthentication(sent)
  if (!credentials.ok) return credentials
  const resource = checkResource(values.get('resource'), publicUrl)
  if (!resource.ok) return resource
  const common = { ...credentials.value, resource: resource.value }
  return grantType === 'authorization_code' ? parseCodeRequest(values, common) : parseRefreshRequest(values, common)
}

type Common = ClientCredentials & Pick<TokenRequest, 'resource'>

function parseCodeRequest(values: Parameters['values'], common: Common): Result<CodeRequest, TokenRequestRejection> {
  const code = values.get('code')
  if (code === undefined) return missing('code')
  const codeVerifier = values.get('code_verifier')
  if (codeVerifier === undefined) return missing('code_verifier')
  if (!isCodeVerifier(codeVerifier)) return err({ reason: 'malformed_verifier' })
  return ok({ grantType: 'authorization_code', ...common, code, codeVerifier, redirectUri: values.get('redirect_uri') })
}

function parseRefreshRequest(values: Parameters['values'], common: Common): Result<RefreshRequest, TokenRequestRejection> {
  const refreshToken = values.get('refresh_token')
  if (refreshToken === undefined) return missing('refresh_token')
  return ok({ grantType: 'refresh_token', ...common, refreshToken, scope: values.get('scope') })
}

function missing(name: string): Result<never, TokenRequestRejection> {
  return err({ reason: 'missing_parameter', name })
}
