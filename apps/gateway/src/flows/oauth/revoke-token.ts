import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { ClientRejection } from '../../domain/oauth/client/client-authentication.ts'
import type { RevocationRequest } from '../../domain/oauth/token/revocation-request.ts'
import { isSecretForm } from '../../domain/oauth/secrets.ts'
import type { AccessEnding } from '../access/end-access.ts'
import { authenticateClient } from './authenticate-client.ts'
import { endFamily } from '../access/end-family.ts'

export type RevocationDependencies = Pick<GatewayDependencies, 'secrets'> & AccessEnding

/**
 * Ends the family of a token that a client does not want any more, effective with the next request. A token that is unknown, or ended
 * before, is as good as revoked.
 *
 * @see RFC 7009 §2
 */
export async function revokeToken(
  deps: RevocationDependencies,
  request: RevocationRequest,
): Promise<Result<undefined, ClientRejection | { readonly reason: 'token_of_another_client' }>> {
  const client = await authenticateClient(deps, request)
  if (!client.ok) return client
  const found = await findToken(deps, request.token)
  if (found === undefined) return ok(undefined)
  if (found.clientId !== client.value.id) return err({ reason: 'token_of_another_client' })
  await endFamily(deps, found, 'tokens_revoked')
  return ok(undefined)
}

async function findToken({ store, secrets }: RevocationDependencies, token: string) {
  if (isSecretForm('refresh_token', token)) return store.tokens.findRefresh(secrets.hash(token))
  return isSecretForm('access_token', token) ? store.tokens.findAccess(secrets.hash(token)) : undefined
}
