import { err, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import { type AuthorizeTarget, checkAuthorizeTarget, type TargetRejection } from '../../domain/oauth/authorize-target.ts'
import type { Parameters } from '../../domain/oauth/parameters.ts'
import type { FindClient, FindClientRejection } from './find-client.ts'

interface Deps extends Pick<GatewayDependencies, 'settings'> {
  readonly findClient: FindClient
  readonly record: RecordEvent
}

/** Finds the client of an authorization request and proves that the redirect URI is its own, and one that may be used. */
export async function findAuthorizeTarget(
  { settings, findClient, record }: Deps,
  { values }: Parameters,
): Promise<Result<AuthorizeTarget, TargetRejection | FindClientRejection>> {
  const clientId = values.get('client_id')
  if (clientId === undefined) return err({ reason: 'missing_client_id' })
  const client = await findClient(clientId, record)
  if (!client.ok) return client
  const rules = { privateSchemes: settings.redirectSchemes, ownOrigin: settings.publicUrl }
  return checkAuthorizeTarget({ client: client.value, redirectUri: values.get('redirect_uri'), rules })
}
