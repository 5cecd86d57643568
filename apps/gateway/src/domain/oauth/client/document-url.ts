import { err, ok, type Result } from '@fjmcp-broker/shared/result'

/** Why no document is fetched from a URL that stands in for a client id. */
export type DocumentUrlRejection =
  | { readonly reason: 'document_url_too_long'; readonly limit: number }
  /** Not https, or spelled in another way than a browser would spell it: with a user name, a default port, dot segments, capital letters. */
  | { readonly reason: 'unusual_document_url' }
  | { readonly reason: 'document_url_without_path' }
  | { readonly reason: 'document_url_with_query' }
  | { readonly reason: 'document_url_with_port' }
  /** An IP address, a name without a dot, or one that means this machine or this network. */
  | { readonly reason: 'no_public_document_host' }

const maxLength = 512

/**
 * Checks that a client id can be the URL of a client's metadata document. Only the one spelling is taken that reads as it is followed, so
 * that two ids are never the same document. Queries and ports are left out, which the draft allows: each would let a stranger have us send
 * what he likes to somebody else's service.
 *
 * @see draft-ietf-oauth-client-id-metadata-document §3
 */
export function checkDocumentUrl(clientId: string): Result<string, DocumentUrlRejection> {
  if (clientId.length > maxLength) return err({ reason: 'document_url_too_long', limit: maxLength })
  const url = URL.parse(clientId)
  if (url?.protocol !== 'https:') return err({ reason: 'unusual_document_url' })
  if (url.port !== '') return err({ reason: 'document_url_with_port' })
  if (clientId.includes('?')) return err({ reason: 'document_url_with_query' })
  if (url.pathname === '/') return err({ reason: 'document_url_without_path' })
  // The parser takes out dot segments, tabs, a default port, letter case and what else would make a second spelling.
  if (url.href !== clientId || !plainUrl.test(clientId)) return err({ reason: 'unusual_document_url' })
  return isPublicName(url.hostname) ? ok(clientId) : err({ reason: 'no_public_document_host' })
}

/** Whether a client id is meant as the URL of a metadata document, a usable one or not. */
export function isMeantAsDocumentUrl(clientId: string): boolean {
  return /^https?:/i.test(clientId)
}

/** The host that vouches for what is known of a client; `undefined` for a client that registered. */
export function findDocumentHost(clientId: string): string | undefined {
  return checkDocumentUrl(clientId).ok ? new URL(clientId).host : undefined
}

/** What is wrong with the URL, for the client's author. */
export function describeDocumentUrlRejection(rejection: DocumentUrlRejection): string {
  switch (rejection.reason) {
    case 'document_url_too_long':
      return `it is longer than ${rejection.limit} characters`
    case 'unusual_document_url':
      return 'it must be an https URL in its usual spelling, without user name, fragment and dot segments'
    case 'document_url_without_path':
      return 'it must have a path'
    case 'document_url_with_query':
      return 'it must not have a query'
    case 'document_url_with_port':
      return 'it must not name a port'
    case 'no_public_document_host':
      return 'its host must be a public DNS name'
  }
}

// No `@` before the path, no fragment, and every percent sign before two hexadecimal digits.
const plainUrl = /^https:\/\/[a-z\d.-]+\/(?:[\w\-.~!$&'()*+,;=:@/]|%[\dA-Fa-f]{2})+$/

const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/

/** Names that lead to this machine or stay within a network, whatever a resolver makes of them (RFC 6761, RFC 6762, RFC 8375, RFC 9476). */
const inwardNames = new Set(['localhost', 'local', 'internal', 'arpa', 'onion', 'alt'])

function isPublicName(hostname: string): boolean {
  const labels = hostname.split('.')
  const last = labels.at(-1) ?? ''
  const isName = hostname.length <= 253 && labels.length > 1 && labels.every((part) => label.test(part)) && /^[a-z]/.test(last)
  return isName && !inwardNames.has(last)
}
