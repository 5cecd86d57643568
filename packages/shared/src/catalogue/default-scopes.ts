import type { ForgejoScope } from './forgejo-scope.ts'

export const defaultForgejoScopes: readonly ForgejoScope[] = ['read:user']
