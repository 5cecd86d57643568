import type { CatalogueTool } from '../tool.ts'

/** Times spent on issues. Cancelling a stopwatch and resetting an issue's time drop what was recorded. */
export const timeTrackingTools: readonly CatalogueTool[] = [
  { name: 'list_my_stopwatches', level: 'read', scopes: ['read:user'] },
  { name: 'list_my_tracked_times', level: 'read', scopes: ['read:user'] },
  { name: 'list_repo_tracked_times', level: 'read', scopes: ['read:repository'] },
  { name: 'list_issue_tracked_times', level: 'read', scopes: ['read:issue'] },
  { name: 'add_issue_time', level: 'write', scopes: ['write:issue'] },
  { name: 'delete_issue_time_entry', level: 'full', scopes: ['write:issue'] },
  { name: 'reset_issue_time', level: 'full', scopes: ['write:issue'] },
  { name: 'start_issue_stopwatch', level: 'write', scopes: ['write:issue'] },
  { name: 'stop_issue_stopwatch', level: 'write', scopes: ['write:issue'] },
  { name: 'cancel_issue_stopwatch', level: 'full', scopes: ['write:issue'] },
]
