import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { GatewayDependencies } from '../../dependencies.ts'
import { isClientId } from '../../domain/oauth/client/client-id.ts'
import { checkDocumentUrl, type DocumentUrlRejection, isMeantAsDocumentUrl } from '../../domain/oauth/client/document-url.ts'
import type { Client } from '../../store/client-store.ts'
import { type Asker, createDocumentClients, type DocumentClientDependencies, type DocumentClientRejection } from './document-clients.ts'

export type FindClientRejection =
  | { readonly reason: 'unknown_client' }
  | { readonly reason: 'documents_switched_off' }
  | { readonly reason: 'refused_document_url'; readonly fault: DocumentUrlRejection }
  | DocumentClientRejection

/**
 * Finds the client of an authorization request: one that registered, or one whose id is the URL of its metadata document, which is fetched
 * where what is known of it is not current.
 */
export type FindClient = (clientId: string, asker: Asker) => Promise<Result<Client, FindClientRejection>>

export function createFindClient(deps: DocumentClientDependencies): FindClient {
  const { settings, store } = deps
  const documentClients = createDocumentClients(deps)

  return async (clientId, asker) => {
    if (!isMeantAsDocumentUrl(clientId)) {
      const client = await findKnownClient(store, clientId)
      return client === undefined ? err({ reason: 'unknown_client' }) : ok(client)
    }
    if (!settings.clientDocuments) return err({ reason: 'documents_switched_off' })
    const url = checkDocumentUrl(clientId)
    return url.ok ? documentClients.find(url.value, asker) : err({ reason: 'refused_document_url', fault: url.error })
  }
}

/**
 * Finds a client in the store alone. Where tokens are asked for that is enough: a client with whom somebody signed in stays there, and
 * one that is not there any more has nothing to exchange.
 */
export async function findKnownClient({ clients }: Pick<GatewayDependencies['store'], 'clients'>, id: string): Promise<Client | undefined> {
  return isClientId(id) ? clients.find(id) : undefined
}
