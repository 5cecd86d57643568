import type { CatalogueTool } from '../tool.ts'

/** Repositories and what git keeps in them. */
export const repositoryTools: readonly CatalogueTool[] = [
  { name: 'list_my_repos', level: 'read', scopes: ['read:user', 'read:repository'] },
  { name: 'search_repos', level: 'read', scopes: ['read:repository'] },
  // POST /user/repos asks for the user scope besides, and with an owner POST /org/{org}/repos for that of organizations.
  { name: 'create_repo', level: 'write', scopes: ['write:user', 'write:organization', 'write:repository'] },
  { name: 'fork_repo', level: 'write', scopes: ['write:repository'] },

  { name: 'get_file_content', level: 'read', scopes: ['read:repository'] },
  { name: 'list_repo_contents', level: 'read', scopes: ['read:repository'] },
  { name: 'get_repo_tree', level: 'read', scopes: ['read:repository'] },
  { name: 'create_file', level: 'write', scopes: ['write:repository'] },
  { name: 'update_file', level: 'write', scopes: ['write:repository'] },
  { name: 'delete_file', level: 'full', scopes: ['write:repository'] },

  { name: 'list_repo_commits', level: 'read', scopes: ['read:repository'] },
  { name: 'list_branches', level: 'read', scopes: ['read:repository'] },
  { name: 'create_branch', level: 'write', scopes: ['write:repository'] },
  { name: 'delete_branch', level: 'full', scopes: ['write:repository'] },
]
