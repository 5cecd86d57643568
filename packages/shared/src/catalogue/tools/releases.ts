import type { CatalogueTool } from '../tool.ts'

/** Releases and their files. `file_path` would read a file of the machine that the child runs on. */
export const releaseTools: readonly CatalogueTool[] = [
  { name: 'list_releases', level: 'read', scopes: ['read:repository'] },
  { name: 'get_latest_release', level: 'read', scopes: ['read:repository'] },
  { name: 'get_release_by_id', level: 'read', scopes: ['read:repository'] },
  { name: 'get_release_by_tag', level: 'read', scopes: ['read:repository'] },
  { name: 'create_release', level: 'write', scopes: ['write:repository'] },
  { name: 'edit_release', level: 'write', scopes: ['write:repository'] },
  { name: 'delete_release', level: 'full', scopes: ['write:repository'] },
  { name: 'delete_release_by_tag', level: 'full', scopes: ['write:repository'] },

  { name: 'list_release_attachments', level: 'read', scopes: ['read:repository'] },
  { name: 'get_release_attachment', level: 'read', scopes: ['read:repository'] },
  { name: 'download_release_attachment', level: 'read', scopes: ['read:repository'] },
  { name: 'create_release_attachment', level: 'write', scopes: ['write:repository'], forbiddenArguments: ['file_path'] },
  { name: 'edit_release_attachment', level: 'write', scopes: ['write:repository'] },
  { name: 'delete_release_attachment', level: 'full', scopes: ['write:repository'] },
]
