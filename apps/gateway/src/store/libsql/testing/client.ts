import type { Client } from '../../client-store.ts'

/** A public client that registered itself, with what a test does not care about. */
export function makeClient(client: Pick<Client, 'id'> & Partial<Client>): Client {
  const { id, ...rest } = client
  return {
    id,
    name: 'Editor',
    redirectUris: ['http://127.0.0.1/callback'],
    authMethod: 'none',
    secretHash: null,
    documentExpiresAtMs: null,
    createdAtMs: 1,
    ...rest,
  }
}
