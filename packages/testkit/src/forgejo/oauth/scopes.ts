import { type ForgejoScope, isForgejoScope } from '@fjmcp-broker/shared/catalogue/forgejo-scope'

/** A part of the API that tokens are limited to. */
export type ScopeCategory = ForgejoScope extends `${string}:${infer Name}` ? Name : never

/**
 * What a grant's scope text lets a token do, as Forgejo reads it: names that it does not know are dropped, and a token with none left may do ALL.
 * `public-only` is known, so it counts as a name, but the fake does not narrow anything for it.
 */
export type TokenScopes = 'all' | ReadonlySet<ForgejoScope>

export function parseTokenScopes(text: string): TokenScopes {
  const names = text.split(/[\s,]+/).filter((name) => name === 'all' || name === 'public-only' || isForgejoScope(name))
  if (names.length === 0 || names.includes('all')) return 'all'
  return new Set(names.filter(isForgejoScope))
}

/** `write:` includes `read:`. */
export function hasScope(scopes: TokenScopes, needed: ForgejoScope): boolean {
  if (scopes === 'all' || scopes.has(needed)) return true
  return needed.startsWith('read:') && scopes.has(needed.replace('read:', 'write:') as ForgejoScope)
}

/** The scope that a request asks for in a category of the API: reading for GET and HEAD, else writing. */
export function neededScope(method: string, category: ScopeCategory): ForgejoScope {
  return `${method === 'GET' || method === 'HEAD' ? 'read' : 'write'}:${category}`
}
