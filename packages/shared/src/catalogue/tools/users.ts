import type { CatalogueTool } from '../tool.ts'

/** The signed-in user, other users, notifications, and the child itself. */
export const userTools: readonly CatalogueTool[] = [
  { name: 'get_forgejo_mcp_server_version', level: 'read', scopes: [] },
  { name: 'get_my_user_info', level: 'read', scopes: ['read:user'] },
  { name: 'search_users', level: 'read', scopes: ['read:user'] },

  { name: 'check_notifications', level: 'read', scopes: ['read:notification'] },
  { name: 'get_notification_thread', level: 'read', scopes: ['read:notification'] },
  { name: 'list_repo_notifications', level: 'read', scopes: ['read:notification'] },
  { name: 'mark_notification_read', level: 'write', scopes: ['write:notification'] },
  { name: 'mark_all_notifications_read', level: 'write', scopes: ['write:notification'] },
  { name: 'mark_repo_notifications_read', level: 'write', scopes: ['write:notification'] },
]
