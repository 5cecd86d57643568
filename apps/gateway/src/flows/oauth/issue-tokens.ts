import type { Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { TokenRejection } from '../../domain/oauth/token/token-error.ts'
import type { TokenRequest } from '../../domain/oauth/token/token-request.ts'
import { authenticateClient } from './authenticate-client.ts'
import type { Tokens } from './create-pair.ts'
import { exchangeCode } from './exchange-code.ts'
import { type RefreshDependencies, refreshTokens } from './refresh-tokens.ts'
import type { TooManyTokens } from './pair-limits.ts'

export type TokenDependencies = Pick<GatewayDependencies, 'newId'> & RefreshDependencies

/** Answers a token request of a client that proved who it is. */
export async function issueTokens(deps: TokenDependencies, request: TokenRequest): Promise<Result<Tokens, TokenRejection | TooManyTokens>> {
  const client = await authenticateClient(deps, request)
  if (!client.ok) return client
  return request.grantType === 'authorization_code' ? exchangeCode(deps, request) : refreshTokens(deps, request)
}
