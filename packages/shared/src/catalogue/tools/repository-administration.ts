import type { CatalogueTool } from '../tool.ts'

/** What only the administrators of a repository may touch. A webhook carries its content elsewhere, a protection guards it: changing either is `full`. */
export const repositoryAdministrationTools: readonly CatalogueTool[] = [
  { name: 'list_repo_hooks', level: 'read', scopes: ['read:repository'] },
  { name: 'get_repo_hook', level: 'read', scopes: ['read:repository'] },
  { name: 'create_repo_hook', level: 'full', scopes: ['write:repository'] },
  { name: 'edit_repo_hook', level: 'full', scopes: ['write:repository'] },
  { name: 'delete_repo_hook', level: 'full', scopes: ['write:repository'] },
  { name: 'test_repo_hook', level: 'full', scopes: ['write:repository'] },

  { name: 'list_branch_protections', level: 'read', scopes: ['read:repository'] },
  { name: 'get_branch_protection', level: 'read', scopes: ['read:repository'] },
  { name: 'create_branch_protection', level: 'full', scopes: ['write:repository'] },
  { name: 'edit_branch_protection', level: 'full', scopes: ['write:repository'] },
  { name: 'delete_branch_protection', level: 'full', scopes: ['write:repository'] },
]
