import { type ForgejoScope, forgejoScopes } from './forgejo-scope.ts'
import type { CatalogueTool } from './tool.ts'
import { tools } from './tools.ts'

/** What is asked of Forgejo at a sign-in, unless the operator says otherwise: enough for every tool of the catalogue. */
export const defaultForgejoScopes: readonly ForgejoScope[] = scopesFor(tools)

/**
 * The fewest scopes with which all the given tools work, in the order of `forgejoScopes`.
 * `read:user` is always covered: the sign-in itself and the look whether a token still lives need it.
 */
export function scopesFor(tools: readonly CatalogueTool[]): readonly ForgejoScope[] {
  const needed = new Set<ForgejoScope>(['read:user', ...tools.flatMap((tool) => tool.scopes)])
  return forgejoScopes.filter((scope) => needed.has(scope) && !isCoveredByWrite(scope, needed))
}

function isCoveredByWrite(scope: ForgejoScope, needed: ReadonlySet<string>): boolean {
  return scope.startsWith('read:') && needed.has(scope.replace('read:', 'write:'))
}
