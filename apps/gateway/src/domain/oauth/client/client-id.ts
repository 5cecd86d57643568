import { checkDocumentUrl } from './document-url.ts'

/** Whether a text can be the id of a client, one given here or the URL of a metadata document: what cannot does not reach the store. */
export function isClientId(text: string): boolean {
  return /^cli_[0-9A-Z]{26}$/.test(text) || checkDocumentUrl(text).ok
}
