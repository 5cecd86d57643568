/** What a client may do in a user's name, from least to most. These are the broker's OAuth scopes too. */
export const accessLevels = ['read', 'write', 'full'] as const

export type AccessLevel = (typeof accessLevels)[number]

/** Whether `granted` covers `needed`: each level includes those before it. */
export function coversLevel(granted: AccessLevel, needed: AccessLevel): boolean {
  return accessLevels.indexOf(granted) >= accessLevels.indexOf(needed)
}

/** The lesser of two levels. */
export function lowerLevel(one: AccessLevel, other: AccessLevel): AccessLevel {
  return coversLevel(one, other) ? other : one
}

/** The level and all those it includes, least first: what a scope string lists. */
export function includedLevels(level: AccessLevel): readonly AccessLevel[] {
  return accessLevels.slice(0, accessLevels.indexOf(level) + 1)
}
