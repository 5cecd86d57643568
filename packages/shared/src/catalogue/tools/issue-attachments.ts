import type { CatalogueTool } from '../tool.ts'

/** Files at issues and at their comments. `file_path` would read a file of the machine that the child runs on. */
export const issueAttachmentTools: readonly CatalogueTool[] = [
  { name: 'list_issue_attachments', level: 'read', scopes: ['read:issue'] },
  { name: 'get_issue_attachment', level: 'read', scopes: ['read:issue'] },
  { name: 'download_issue_attachment', level: 'read', scopes: ['read:issue'] },
  { name: 'create_issue_attachment', level: 'write', scopes: ['write:issue'], forbiddenArguments: ['file_path'] },
  { name: 'edit_issue_attachment', level: 'write', scopes: ['write:issue'] },
  { name: 'delete_issue_attachment', level: 'full', scopes: ['write:issue'] },

  { name: 'list_comment_attachments', level: 'read', scopes: ['read:issue'] },
  { name: 'get_comment_attachment', level: 'read', scopes: ['read:issue'] },
  { name: 'download_comment_attachment', level: 'read', scopes: ['read:issue'] },
  { name: 'create_comment_attachment', level: 'write', scopes: ['write:issue'], forbiddenArguments: ['file_path'] },
  { name: 'edit_comment_attachment', level: 'write', scopes: ['write:issue'] },
  { name: 'delete_comment_attachment', level: 'full', scopes: ['write:issue'] },
]
