import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { DocumentFailure, FetchClientDocument, FetchedDocument } from '../../src/upstream/client-documents/client-documents.ts'
import type { Harness } from '../harness.ts'
import type { OAuthClient } from './oauth-client.ts'

export const documentUrl = 'https://editor.example/client.json'

/** What Claude Code's document says, as far as it matters here. */
export const clientDocument = {
  client_id: documentUrl,
  client_name: 'Claude Code',
  redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
} as const

/** The host of one document, which says what the test has it say. */
export interface DocumentWorld {
  answer: Result<FetchedDocument, DocumentFailure>
  readonly fetched: readonly string[]
  readonly fetchClientDocument: FetchClientDocument
}

export function createDocumentWorld(document: unknown = clientDocument): DocumentWorld {
  const fetched: string[] = []
  const world: DocumentWorld = {
    answer: publish(document),
    fetched,
    async fetchClientDocument(url) {
      fetched.push(url)
      return world.answer
    },
  }
  return world
}

export function publish(document: unknown, freshForMs = 0): Result<FetchedDocument, DocumentFailure> {
  return ok({ content: document, freshForMs })
}

export function fail(reason: DocumentFailure['reason'], detail = 'the reason for the log'): Result<FetchedDocument, DocumentFailure> {
  return err({ reason, detail })
}

/** A client that never registers: its id is the URL of its document. */
export async function createDocumentClient(
  { registerClient }: Pick<Harness, 'registerClient'>,
  { id = documentUrl, redirectUri = 'http://localhost:49152/callback' } = {},
): Promise<OAuthClient> {
  // What goes over the wire is made by a client that did register, and then said with another id.
  const client = await registerClient({ redirect_uris: [redirectUri] })
  return {
    ...client,
    id,
    authorizeUrl: (changes) => client.authorizeUrl({ client_id: id, ...changes }),
    exchange: (code, changes) => client.exchange(code, { client_id: id, ...changes }),
    refresh: (token, changes) => client.refresh(token, { client_id: id, ...changes }),
  }
}
