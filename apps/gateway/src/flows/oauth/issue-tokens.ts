import { err, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { isClientId } from '../../domain/oauth/authorize-target.ts'
import type { TokenRejection } from '../../domain/oauth/token-error.ts'
import type { TokenRequest } from '../../domain/oauth/token-request.ts'
import type { Tokens } from './create-pair.ts'
import type { FamilyEnding } from './end-family.ts'
import { exchangeCode } from './exchange-code.ts'
import { refreshTokens } from './refresh-tokens.ts'

export type TokenDependencies = Pick<GatewayDependencies, 'secrets' | 'clock' | 'newId'> &
  FamilyEnding & { readonly settings: Pick<GatewayDependencies['settings'], 'refreshGraceMs'> }

/** Answers a token request of a registered client. */
export async function issueTokens(deps: TokenDependencies, request: TokenRequest): Promise<Result<Tokens, TokenRejection>> {
  const isKnown = isClientId(request.clientId) && (await deps.store.clients.find(request.clientId)) !== undefined
  if (!isKnown) return err({ reason: 'unknown_client' })
  return request.grantType === 'authorization_code' ? exchangeCode(deps, request) : refreshTokens(deps, request)
}
