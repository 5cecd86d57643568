import type { Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { checkClientSecret, type ClientCredentials, type ClientRejection } from '../../domain/oauth/client/client-authentication.ts'
import type { Client } from '../../store/client-store.ts'
import { findKnownClient } from './find-client.ts'

/** Finds the client of a token or revocation request and has it prove who it is. A failure uses nothing up and changes nothing. */
export async function authenticateClient(
  { store, secrets }: Pick<GatewayDependencies, 'store' | 'secrets'>,
  { clientId, clientSecret }: ClientCredentials,
): Promise<Result<Client, ClientRejection>> {
  const client = await findKnownClient(store, clientId)
  return checkClientSecret(client, clientSecret === undefined ? undefined : secrets.hash(clientSecret))
}
