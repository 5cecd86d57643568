import type { CatalogueTool } from '../tool.ts'

/** Pull requests and their reviews, which Forgejo counts to the repository. */
export const pullRequestTools: readonly CatalogueTool[] = [
  { name: 'list_repo_pull_requests', level: 'read', scopes: ['read:repository'] },
  { name: 'get_pull_request_by_index', level: 'read', scopes: ['read:repository'] },
  { name: 'get_pull_request_diff', level: 'read', scopes: ['read:repository'] },
  { name: 'list_pull_request_files', level: 'read', scopes: ['read:repository'] },
  { name: 'create_pull_request', level: 'write', scopes: ['write:repository'] },
  { name: 'update_pull_request', level: 'write', scopes: ['write:repository'] },
  { name: 'merge_pull_request', level: 'write', scopes: ['write:repository'] },

  { name: 'list_pull_reviews', level: 'read', scopes: ['read:repository'] },
  { name: 'get_pull_review', level: 'read', scopes: ['read:repository'] },
  { name: 'list_pull_review_comments', level: 'read', scopes: ['read:repository'] },
  { name: 'create_pull_review', level: 'write', scopes: ['write:repository'] },
  { name: 'submit_pull_review', level: 'write', scopes: ['write:repository'] },
  // Overrules what somebody else decided; only administrators of the repository may.
  { name: 'dismiss_pull_review', level: 'full', scopes: ['write:repository'] },
  { name: 'delete_pull_review', level: 'full', scopes: ['write:repository'] },
  { name: 'create_review_requests', level: 'write', scopes: ['write:repository'] },
  { name: 'delete_review_requests', level: 'full', scopes: ['write:repository'] },
]
