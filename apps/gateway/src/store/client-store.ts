import type { ClientAuthMethod } from '../domain/oauth/client/client-auth-method.ts'

export interface Client {
  readonly id: string
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly authMethod: ClientAuthMethod
  /** Hash of its secret; null for a client that has none. */
  readonly secretHash: string | null
  /** Of a client whose id is the URL of its metadata document: until when what is known of it is good. Null for one that registered. */
  readonly documentExpiresAtMs: number | null
  readonly createdAtMs: number
}

export interface ClientStore {
  insert(client: Client): Promise<void>
  find(id: string): Promise<Client | undefined>
  /** Keeps what a client's metadata document says, instead of what it said before. */
  saveDocumentClient(client: Client): Promise<void>
  /** Has the document fetched before its client is used again, however long its host gives no answer; the client's access stays. */
  outdateDocument(id: string): Promise<void>
}
