import type { ForgejoFailure } from './forgejo.ts'

/**
 * What an error of Forgejo's token endpoint means. Forgejo uses the codes in its own way, so the description decides with them: a wrong
 * secret comes as `unauthorized_client` at the code exchange and as `invalid_client` at a refresh, where `unauthorized_client` is a token
 * that is void. `invalid_request` is how Forgejo says that something failed on its side. A code or description that is not known here ends
 * nobody's sign-in.
 *
 * @param description Forgejo's words; they go into `detail` as one bounded line.
 */
export function classifyTokenError(code: string, description: string | null): ForgejoFailure {
  const detail = oneLine(description === null ? code : `${code}: ${description}`)
  switch (code) {
    case 'invalid_client':
      return { reason: 'client_refused', detail }
    case 'unauthorized_client':
      return { reason: unauthorizedReason(description ?? ''), detail }
    case 'invalid_grant':
      return { reason: description === 'cannot increase the grant counter' ? 'race_lost' : 'grant_refused', detail }
    case 'invalid_request':
    case 'server_error':
    case 'temporarily_unavailable':
    case 'slow_down':
      return { reason: 'unavailable', detail }
    default:
      return { reason: 'not_understood', detail }
  }
}

const voidGrants = new Set([
  'client is not authorized',
  'failed PKCE code challenge',
  'unable to parse refresh token',
  'token is not a refresh token',
  'token was already used',
])

function unauthorizedReason(description: string): ForgejoFailure['reason'] {
  if (voidGrants.has(description)) return 'grant_refused'
  return /\bsecret\b|\bredirect[ _]ur[il]\b/i.test(description) ? 'client_refused' : 'not_understood'
}

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200)
}
