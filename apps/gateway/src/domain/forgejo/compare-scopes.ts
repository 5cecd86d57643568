import { isForgejoScope } from '@fjmcp-broker/shared/catalogue/forgejo-scope'

/** How a grant at Forgejo differs from what is asked of it; both are empty where it does not. */
export interface ScopeDifference {
  /** What its tokens may do beyond what is asked: defence in depth is gone, the broker's own policy still stands. */
  readonly extra: readonly string[]
  /** What they may not do although it is asked: tools fail. */
  readonly missing: readonly string[]
}

/**
 * Compares the scopes of a grant with those asked, as Forgejo reads them: `write:` includes `read:`, names that it does not know count for
 * nothing, and a grant with no name left may do `all`.
 */
export function compareScopes(granted: readonly string[], asked: readonly string[]): ScopeDifference {
  const known = granted.filter((name) => name === 'all' || name === 'public-only' || isForgejoScope(name))
  const isPublicOnly = known.includes('public-only')
  const missing = isPublicOnly ? ['what is not public (public-only)'] : []
  if (known.length === 0 || known.includes('all')) return { extra: ['all'], missing }
  return {
    extra: known.filter((name) => name !== 'public-only' && !covers(asked, name)),
    missing: [...asked.filter((name) => !covers(known, name)), ...missing],
  }
}

function covers(scopes: readonly string[], name: string): boolean {
  return scopes.includes(name) || (name.startsWith('read:') && scopes.includes(name.replace('read:', 'write:')))
}
