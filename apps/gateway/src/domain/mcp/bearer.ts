import { type AccessLevel, accessLevels, includedLevels } from '@fjmcp-broker/shared/catalogue/access-level'

/**
 * The token of an `Authorization` header; `undefined` where the header is absent or of another scheme.
 *
 * @see RFC 6750 §2.1
 */
export function parseBearer(header: string | null): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}

/** Why a request is challenged: it brought no token, one that is of no use, or one that allows less than it needs. */
export type ChallengeReason =
  | { readonly reason: 'no_token' }
  | { readonly reason: 'invalid_token'; readonly detail: string }
  | { readonly reason: 'insufficient_scope'; readonly needed: AccessLevel }

/**
 * The value of `WWW-Authenticate`.
 *
 * @see RFC 6750 §3, RFC 9728 §5.1
 */
export function bearerChallenge(publicUrl: string, challenge: ChallengeReason): string {
  const parameters = { ...parametersOf(challenge), resource_metadata: `${publicUrl}/.well-known/oauth-protected-resource/mcp` }
  return `Bearer ${Object.entries(parameters)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`
}

function parametersOf(challenge: ChallengeReason): Readonly<Record<string, string>> {
  switch (challenge.reason) {
    case 'no_token':
      return { scope: accessLevels.join(' ') }
    case 'invalid_token':
      return { error: 'invalid_token', error_description: challenge.detail, scope: accessLevels.join(' ') }
    case 'insufficient_scope':
      return { error: 'insufficient_scope', scope: includedLevels(challenge.needed).join(' ') }
  }
}
