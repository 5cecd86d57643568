import type { CatalogueTool } from '../tool.ts'

/** Issues, their comments, dependencies and milestones. */
export const issueTools: readonly CatalogueTool[] = [
  { name: 'list_repo_issues', level: 'read', scopes: ['read:issue'] },
  { name: 'search_issues', level: 'read', scopes: ['read:issue'] },
  { name: 'get_issue_by_index', level: 'read', scopes: ['read:issue'] },
  { name: 'create_issue', level: 'write', scopes: ['write:issue'] },
  { name: 'update_issue', level: 'write', scopes: ['write:issue'] },
  { name: 'issue_state_change', level: 'write', scopes: ['write:issue'] },
  { name: 'list_repo_milestones', level: 'read', scopes: ['read:issue'] },

  { name: 'list_issue_comments', level: 'read', scopes: ['read:issue'] },
  { name: 'get_issue_comment', level: 'read', scopes: ['read:issue'] },
  { name: 'create_issue_comment', level: 'write', scopes: ['write:issue'] },
  { name: 'edit_issue_comment', level: 'write', scopes: ['write:issue'] },
  { name: 'delete_issue_comment', level: 'full', scopes: ['write:issue'] },

  { name: 'list_issue_dependencies', level: 'read', scopes: ['read:issue'] },
  { name: 'list_issue_dependents', level: 'read', scopes: ['read:issue'] },
  { name: 'add_issue_dependency', level: 'write', scopes: ['write:issue'] },
  { name: 'remove_issue_dependency', level: 'full', scopes: ['write:issue'] },
]
