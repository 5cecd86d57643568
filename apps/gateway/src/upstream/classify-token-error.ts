import type { ForgejoFailure } from './forgejo.ts'

/**
 * What an error of Forgejo's token endpoint means. Forgejo uses the codes in its own way, so the description decides with them: a wrong
 * secret comes as `unauthorized_client` at the code exchange and as `invalid_client` at a refresh. Other codes (`server_error`,
 * `invalid_request`) say nothing about the grant and are taken for something that passes.
 *
 * @param description Forgejo's words; they go into `detail` as one bounded line.
 */
export function classifyTokenError(code: string, description: string | null): ForgejoFailure {
  const detail = oneLine(description === null ? code : `${code}: ${description}`)
  if (code === 'invalid_client' || description === 'invalid client secret') return { reason: 'client_refused', detail }
  if (code === 'unauthorized_client' || code === 'invalid_grant') return { reason: 'grant_refused', detail }
  return { reason: 'unavailable', detail }
}

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200)
}
