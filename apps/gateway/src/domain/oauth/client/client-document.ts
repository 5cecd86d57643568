import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { z } from 'zod'
import { cleanClientName } from './client-name.ts'
import { leastDocumentFreshnessMs, mostDocumentFreshnessMs } from '../lifetimes.ts'
import type { RedirectUriRules } from './redirect-uri.ts'
import { checkRegistration, registrationError, type CheckedClient, type RegistrationRejection } from './registration.ts'

export type DocumentRejection =
  /** It does not say that it is the document of the client at this URL: it may be anything that happens to be there. */
  | { readonly reason: 'not_of_this_client' }
  | { readonly reason: 'malformed_document'; readonly member: string }
  | { readonly reason: 'unreadable_client_name' }
  /** Everybody reads the document, so there can be no secret between the client and us. */
  | { readonly reason: 'shared_secret' }
  | { readonly reason: 'unsupported_document_method'; readonly method: string }
  | { readonly reason: 'unusable_metadata'; readonly rejection: RegistrationRejection }

/**
 * Checks what a client's metadata document says; the first failing rule is returned.
 *
 * @param document Parsed JSON; `url` is where it came from, which is the client's id.
 * @see draft-ietf-oauth-client-id-metadata-document §4
 */
export function checkClientDocument({
  document,
  url,
  rules,
}: {
  readonly document: unknown
  readonly url: string
  readonly rules: RedirectUriRules
}): Result<CheckedClient, DocumentRejection> {
  if (identified.safeParse(document).data?.client_id !== url) return err({ reason: 'not_of_this_client' })
  const parsed = documentSchema.safeParse(document)
  if (!parsed.success) return err({ reason: 'malformed_document', member: parsed.error.issues[0]?.path.join('.') ?? '' })
  const { client_name: clientName, redirect_uris: redirectUris, token_endpoint_auth_method: method, ...rest } = parsed.data
  if (cleanClientName(clientName) === undefined) return err({ reason: 'unreadable_client_name' })
  if (rest.client_secret !== undefined || rest.client_secret_expires_at !== undefined || method.startsWith('client_secret_')) {
    return err({ reason: 'shared_secret' })
  }
  if (method !== 'none') return err({ reason: 'unsupported_document_method', method })
  const metadata = { clientName, redirectUris, grantTypes: rest.grant_types, responseTypes: rest.response_types, authMethod: method }
  const checked = checkRegistration(metadata, rules)
  return checked.ok ? ok(checked.value) : err({ reason: 'unusable_metadata', rejection: checked.error })
}

/** How long a document is taken for current, from how long its host says that it is: within bounds of ours, as the draft allows. */
export function boundFreshness(saidMs: number): number {
  return Number.isFinite(saidMs) ? Math.min(Math.max(saidMs, leastDocumentFreshnessMs), mostDocumentFreshnessMs) : leastDocumentFreshnessMs
}

/** What is wrong with the document, for the client's author. */
export function describeDocumentRejection(rejection: DocumentRejection): string {
  switch (rejection.reason) {
    case 'not_of_this_client':
      return 'client_id must be the address of the document, letter for letter'
    case 'malformed_document':
      return `${rejection.member} is missing or of another type than it should be`
    case 'unreadable_client_name':
      return 'client_name holds nothing that can be read'
    case 'shared_secret':
      return 'it must not name a client secret or a method that needs one; token_endpoint_auth_method must be none'
    case 'unsupported_document_method':
      return `token_endpoint_auth_method "${rejection.method.slice(0, 40)}" is not supported here; it must be none`
    case 'unusable_metadata':
      return registrationError(rejection.rejection).description
  }
}

const identified = z.object({ client_id: z.string() })

const documentSchema = z.object({
  client_name: z.string(),
  redirect_uris: z.array(z.string()),
  // RFC 7591 has a default that needs a secret, which no document can have.
  token_endpoint_auth_method: z.string().default('none'),
  grant_types: z.array(z.string()).optional(),
  response_types: z.array(z.string()).optional(),
  client_secret: z.unknown().optional(),
  client_secret_expires_at: z.unknown().optional(),
})
