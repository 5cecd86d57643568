import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { checkRefresh, type RefreshRejection } from '../../domain/oauth/refresh-token.ts'
import { isSecretForm } from '../../domain/oauth/secrets.ts'
import type { RefreshRequest } from '../../domain/oauth/token-request.ts'
import { createPair, type Tokens } from './create-pair.ts'

/**
 * Rotates a refresh token, once: of several at the same time one wins. A rejection uses nothing up, so the token still serves after the
 * user has signed in again.
 */
export async function refreshTokens(
  deps: Pick<GatewayDependencies, 'store' | 'secrets' | 'clock' | 'log'>,
  request: RefreshRequest,
): Promise<Result<Tokens, RefreshRejection>> {
  const { store, secrets, clock, log } = deps
  if (!isSecretForm('refresh_token', request.refreshToken)) return err({ reason: 'unknown_refresh_token' })
  const refreshHash = secrets.hash(request.refreshToken)
  const token = checkRefresh(await store.tokens.findRefresh(refreshHash), request, clock())
  if (!token.ok) return token
  const { tokens, issued } = createPair(deps, token.value.accessLevel)
  const rotated = await store.tokens.rotate({ refreshHash, issued, nowMs: clock() })
  if (!rotated) return err({ reason: 'refresh_token_used' })
  log.info('tokens_refreshed', { clientId: request.clientId, userId: token.value.userId, grantId: token.value.grantId })
  return ok(tokens)
}
