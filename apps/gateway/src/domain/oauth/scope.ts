import { accessLevels, type AccessLevel, coversLevel, includedLevels } from '@fjmcp-broker/shared/catalogue/access-level'

/**
 * The highest access level that a scope asks for, `read` where it names none. Unknown names are passed over, `offline_access` with
 * them: every grant comes with a refresh token.
 *
 * @see RFC 6749 §3.3
 */
export function parseScope(scope: string | undefined): AccessLevel {
  const names = new Set(scope?.split(' '))
  return accessLevels.findLast((level) => names.has(level)) ?? 'read'
}

/** A level as a scope: itself and all that it includes (`read write`). */
export function formatScope(level: AccessLevel): string {
  return includedLevels(level).join(' ')
}

/** Whether a scope asked for at a refresh stays within what was granted; absent asks for the same again. */
export function isScopeWithin(scope: string | undefined, granted: AccessLevel): boolean {
  return coversLevel(granted, parseScope(scope))
}
