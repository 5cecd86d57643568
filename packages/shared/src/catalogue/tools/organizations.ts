import type { CatalogueTool } from '../tool.ts'

/** Organizations, their members and teams. Whoever changes these changes who may reach what: always `full`. */
export const organizationTools: readonly CatalogueTool[] = [
  { name: 'list_my_orgs', level: 'read', scopes: ['read:user', 'read:organization'] },
  { name: 'list_user_orgs', level: 'read', scopes: ['read:user', 'read:organization'] },
  { name: 'get_org', level: 'read', scopes: ['read:organization'] },
  { name: 'create_org', level: 'full', scopes: ['write:organization'] },
  { name: 'edit_org', level: 'full', scopes: ['write:organization'] },
  { name: 'delete_org', level: 'full', scopes: ['write:organization'] },

  { name: 'list_org_members', level: 'read', scopes: ['read:organization'] },
  { name: 'check_org_membership', level: 'read', scopes: ['read:organization'] },
  { name: 'remove_org_member', level: 'full', scopes: ['write:organization'] },

  { name: 'list_org_teams', level: 'read', scopes: ['read:organization'] },
  { name: 'search_org_teams', level: 'read', scopes: ['read:organization'], unescapedArguments: ['org'] },
  { name: 'create_org_team', level: 'full', scopes: ['write:organization'] },
  { name: 'add_team_member', level: 'full', scopes: ['write:organization'] },
  { name: 'remove_team_member', level: 'full', scopes: ['write:organization'] },
  { name: 'add_team_repo', level: 'full', scopes: ['write:organization'] },
  { name: 'remove_team_repo', level: 'full', scopes: ['write:organization'] },
]
