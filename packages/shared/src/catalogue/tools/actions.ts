import type { CatalogueTool } from '../tool.ts'

/** Forgejo Actions: workflows, their runs, jobs and logs. */
export const actionsTools: readonly CatalogueTool[] = [
  { name: 'list_workflow_runs', level: 'read', scopes: ['read:repository'] },
  { name: 'get_workflow_run', level: 'read', scopes: ['read:repository'] },
  { name: 'list_action_run_jobs', level: 'read', scopes: ['read:repository'] },
  { name: 'get_action_job_logs', level: 'read', scopes: ['read:repository'] },
  { name: 'dispatch_workflow', level: 'write', scopes: ['write:repository'] },
]
