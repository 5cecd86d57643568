import { err, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { type AuthorizeTarget, checkAuthorizeTarget, type TargetRejection } from '../../domain/oauth/authorize/authorize-target.ts'
import type { Parameters } from '../../domain/oauth/parameters.ts'
import type { Asker } from './document-clients.ts'
import type { FindClient, FindClientRejection } from './find-client.ts'

interface Deps extends Pick<GatewayDependencies, 'settings'> {
  readonly findClient: FindClient
  readonly asker: Asker
}

/** Finds the client of an authorization request and proves that the redirect URI is its own, and one that may be used. */
export async function findAuthorizeTarget(
  { settings, findClient, asker }: Deps,
  { values }: Parameters,
): Promise<Result<AuthorizeTarget, TargetRejection | FindClientRejection>> {
  const clientId = values.get('client_id')
  if (clientId === undefined) return err({ reason: 'missing_client_id' })
  const client = await findClient(clientId, asker)
  if (!client.ok) return client
  const rules = { privateSchemes: settings.redirectSchemes, ownOrigin: settings.publicUrl }
  return checkAuthorizeTarget({ client: client.value, redirectUri: values.get('redirect_uri'), rules })
}
