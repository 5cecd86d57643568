const categories = ['activitypub', 'admin', 'issue', 'misc', 'notification', 'organization', 'package', 'repository', 'user'] as const

type Category = (typeof categories)[number]

/** A granular scope of a Forgejo access token. `write:` includes `read:`. */
export type ForgejoScope = `${'read' | 'write'}:${Category}`

/** Forgejo drops names it does not know, and gives a token ALL scopes when none remains: so names are checked here. */
export const forgejoScopes: readonly ForgejoScope[] = categories.flatMap((category) => [
  `read:${category}` as const,
  `write:${category}` as const,
])

export function isForgejoScope(name: string): name is ForgejoScope {
  return (forgejoScopes as readonly string[]).includes(name)
}
