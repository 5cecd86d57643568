import type { ForgejoFailure } from '../../upstream/forgejo.ts'

/** What the operator can do about a failure, for the log; undefined where it passes or is the user's. */
export function advise({ reason }: Pick<ForgejoFailure, 'reason'>): string | undefined {
  switch (reason) {
    case 'client_refused':
      return 'check FORGEJO_OAUTH_CLIENT_ID, FORGEJO_OAUTH_CLIENT_SECRET and the redirect URI of the application in Forgejo: fjmcp-broker doctor does; all sign-ins are kept'
    case 'not_understood':
      return 'check that FORGEJO_URL leads to Forgejo itself, and that its version is one that this broker knows; all sign-ins are kept'
    case 'grant_refused':
    case 'race_lost':
    case 'token_refused':
    case 'unavailable':
      return undefined
  }
}
