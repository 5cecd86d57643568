import type { Result } from '@fjmcp-broker/shared/result'

export interface FetchedDocument {
  /** Parsed JSON of any form. */
  readonly content: unknown
  /** How long its host says that it is current; 0 where it says nothing. */
  readonly freshForMs: number
}

/** Why there is no document. `detail` is for the log alone: it would tell a stranger what answers where. */
export type DocumentFailure =
  /** Too many are being fetched, of this host or of all: nothing was tried. */
  | { readonly reason: 'too_many_fetches'; readonly detail: string }
  /** No answer, or one that says nothing of the document: no public address, refused, timed out, a 5xx. */
  | { readonly reason: 'no_answer'; readonly detail: string }
  /** The host says that there is none (404, 410), or sends what can be none. */
  | { readonly reason: 'no_document'; readonly detail: string }

/**
 * Fetches the document at a URL that `checkDocumentUrl` has let through, from public addresses only; settles within seconds, whatever is
 * on the other side.
 */
export type FetchClientDocument = (url: string) => Promise<Result<FetchedDocument, DocumentFailure>>
