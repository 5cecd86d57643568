import type { CatalogueTool } from '../tool.ts'

/** Labels of issues, repositories and organizations; those of an organization reach all of its repositories. */
export const labelTools: readonly CatalogueTool[] = [
  { name: 'add_issue_labels', level: 'write', scopes: ['write:issue'] },
  { name: 'remove_issue_labels', level: 'full', scopes: ['write:issue'] },

  // It lists the labels of the owning organization too, unless told otherwise.
  { name: 'list_repo_labels', level: 'read', scopes: ['read:issue', 'read:organization'] },
  { name: 'get_repo_label', level: 'read', scopes: ['read:issue'] },
  { name: 'create_repo_label', level: 'write', scopes: ['write:issue'] },
  { name: 'edit_repo_label', level: 'write', scopes: ['write:issue'] },
  { name: 'delete_repo_label', level: 'full', scopes: ['write:issue'] },

  { name: 'list_org_labels', level: 'read', scopes: ['read:organization'] },
  { name: 'get_org_label', level: 'read', scopes: ['read:organization'] },
  { name: 'create_org_label', level: 'full', scopes: ['write:organization'] },
  { name: 'edit_org_label', level: 'full', scopes: ['write:organization'] },
  // It counts the issues that carry the label first.
  { name: 'delete_org_label', level: 'full', scopes: ['write:organization', 'read:issue'] },
]
