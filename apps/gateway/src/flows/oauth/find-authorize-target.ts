import { err, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { type AuthorizeTarget, checkAuthorizeTarget, isClientId, type TargetRejection } from '../../domain/oauth/authorize-target.ts'
import type { Parameters } from '../../domain/oauth/parameters.ts'

/** Finds the client of an authorization request and proves that the redirect URI is its own. */
export async function findAuthorizeTarget(
  { settings, store }: Pick<GatewayDependencies, 'settings' | 'store'>,
  { values }: Parameters,
): Promise<Result<AuthorizeTarget, TargetRejection>> {
  const clientId = values.get('client_id')
  if (clientId === undefined) return err({ reason: 'missing_client_id' })
  const client = isClientId(clientId) ? await store.clients.find(clientId) : undefined
  return checkAuthorizeTarget({ client, redirectUri: values.get('redirect_uri'), ownOrigin: settings.publicUrl })
}
