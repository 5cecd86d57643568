import type { CatalogueTool } from '../tool.ts'

/** The wiki of a repository. */
export const wikiTools: readonly CatalogueTool[] = [
  { name: 'list_wiki_pages', level: 'read', scopes: ['read:repository'] },
  { name: 'get_wiki_page', level: 'read', scopes: ['read:repository'] },
  { name: 'get_wiki_revisions', level: 'read', scopes: ['read:repository'] },
  { name: 'create_wiki_page', level: 'write', scopes: ['write:repository'] },
  { name: 'update_wiki_page', level: 'write', scopes: ['write:repository'] },
  { name: 'delete_wiki_page', level: 'full', scopes: ['write:repository'] },
]
