import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { isClientId } from '../../domain/oauth/authorize-target.ts'
import type { RevocationRequest } from '../../domain/oauth/revocation-request.ts'
import { isSecretForm } from '../../domain/oauth/secrets.ts'
import { endFamily, type FamilyEnding } from './end-family.ts'

export type RevocationDependencies = Pick<GatewayDependencies, 'secrets'> & FamilyEnding

/**
 * Ends the family of a token that a client does not want any more, effective with the next request. A token that is unknown, or ended
 * before, is as good as revoked.
 *
 * @see RFC 7009 §2
 */
export async function revokeToken(
  deps: RevocationDependencies,
  { clientId, token }: RevocationRequest,
): Promise<Result<undefined, { readonly reason: 'unknown_client' | 'token_of_another_client' }>> {
  const isKnown = isClientId(clientId) && (await deps.store.clients.find(clientId)) !== undefined
  if (!isKnown) return err({ reason: 'unknown_client' })
  const found = await findToken(deps, token)
  if (found === undefined) return ok(undefined)
  if (found.clientId !== clientId) return err({ reason: 'token_of_another_client' })
  await endFamily(deps, found, 'tokens_revoked')
  return ok(undefined)
}

async function findToken({ store, secrets }: RevocationDependencies, token: string) {
  if (isSecretForm('refresh_token', token)) return store.tokens.findRefresh(secrets.hash(token))
  return isSecretForm('access_token', token) ? store.tokens.findAccess(secrets.hash(token)) : undefined
}
