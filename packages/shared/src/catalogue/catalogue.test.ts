import { describe, expect, test } from 'vitest'
import { defaultForgejoScopes, scopesFor } from './default-scopes.ts'
import { forgejoScopes } from './forgejo-scope.ts'
import { findTool, forbiddenArguments, neededLevel, neededResourceLevel } from './lookup.ts'
import { tools } from './tools.ts'

/** The names that forgejo-mcp 2.34.1 lists. */
const recordedNames = `
  add_issue_dependency add_issue_labels add_issue_time add_team_member add_team_repo cancel_issue_stopwatch check_notifications
  check_org_membership create_branch create_branch_protection create_comment_attachment create_file create_issue create_issue_attachment
  create_issue_comment create_org create_org_label create_org_team create_pull_request create_pull_review create_release
  create_release_attachment create_repo create_repo_hook create_repo_label create_review_requests create_wiki_page delete_branch
  delete_branch_protection delete_comment_attachment delete_file delete_issue_attachment delete_issue_comment delete_issue_time_entry
  delete_org delete_org_label delete_pull_review delete_release delete_release_attachment delete_release_by_tag delete_repo_hook
  delete_repo_label delete_review_requests delete_wiki_page dismiss_pull_review dispatch_workflow download_comment_attachment
  download_issue_attachment download_release_attachment edit_branch_protection edit_comment_attachment edit_issue_attachment
  edit_issue_comment edit_org edit_org_label edit_release edit_release_attachment edit_repo_hook edit_repo_label fork_repo
  get_action_job_logs get_branch_protection get_comment_attachment get_file_content get_forgejo_mcp_server_version get_issue_attachment
  get_issue_by_index get_issue_comment get_latest_release get_my_user_info get_notification_thread get_org get_org_label
  get_pull_request_by_index get_pull_request_diff get_pull_review get_release_attachment get_release_by_id get_release_by_tag
  get_repo_hook get_repo_label get_repo_tree get_wiki_page get_wiki_revisions get_workflow_run issue_state_change list_action_run_jobs
  list_branch_protections list_branches list_comment_attachments list_issue_attachments list_issue_comments list_issue_dependencies
  list_issue_dependents list_issue_tracked_times list_my_orgs list_my_repos list_my_stopwatches list_my_tracked_times list_org_labels
  list_org_members list_org_teams list_pull_request_files list_pull_review_comments list_pull_reviews list_release_attachments
  list_releases list_repo_commits list_repo_contents list_repo_hooks list_repo_issues list_repo_labels list_repo_milestones
  list_repo_notifications list_repo_pull_requests list_repo_tracked_times list_user_orgs list_wiki_pages list_workflow_runs
  mark_all_notifications_read mark_notification_read mark_repo_notifications_read merge_pull_request remove_issue_dependency
  remove_issue_labels remove_org_member remove_team_member remove_team_repo reset_issue_time search_issues search_org_teams search_repos
  search_users start_issue_stopwatch stop_issue_stopwatch submit_pull_review test_repo_hook update_file update_issue update_pull_request
  update_wiki_page
`
  .trim()
  .split(/\s+/)

describe('the table', () => {
  test('holds the 141 tools of forgejo-mcp, each once', () => {
    expect(tools).toHaveLength(141)
    expect(tools.map((tool) => tool.name).sort()).toEqual(recordedNames)
  })

  test('asks for scopes that Forgejo knows', () => {
    expect(tools.flatMap((tool) => tool.scopes).filter((scope) => !forgejoScopes.includes(scope))).toEqual([])
  })

  test('lets read do nothing but look, and look without writing scopes', () => {
    const readers = tools.filter((tool) => tool.level === 'read')
    expect(readers.filter((tool) => !/^(check|download|get|list|search)_/.test(tool.name))).toEqual([])
    expect(readers.filter((tool) => tool.scopes.some((scope) => scope.startsWith('write:')))).toEqual([])
    expect(readers).toHaveLength(67)
  })

  test('has a writing scope for whatever changes something', () => {
    const changers = tools.filter((tool) => tool.level !== 'read')
    expect(changers.filter((tool) => !tool.scopes.some((scope) => scope.startsWith('write:')))).toEqual([])
  })

  test.each([
    ['whatever deletes', /^(delete|remove|reset|cancel)_/],
    ['a change of webhooks and branch protections', /^(create|edit|test)_(repo_hook|branch_protection)/],
    ['a change of organizations, teams and members', /^(create|edit|add)_(org|team)/],
  ])('keeps %s for full', (_, names) => {
    const matching = tools.filter((tool) => names.test(tool.name))
    expect(matching).not.toEqual([])
    expect(matching.filter((tool) => tool.level !== 'full')).toEqual([])
  })

  test.each(['create_issue', 'update_file', 'merge_pull_request', 'create_repo', 'fork_repo', 'dispatch_workflow'])(
    'leaves the everyday %s to write',
    (name) => {
      expect(neededLevel(name)).toBe('write')
    },
  )
})

describe('looking a tool up', () => {
  test('finds a known tool with its level', () => {
    expect(findTool('create_issue')).toEqual({ name: 'create_issue', level: 'write', scopes: ['write:issue'] })
  })

  test.each(['launch_missiles', 'Get_org', 'constructor', ''])('counts the unknown tool "%s" as destructive', (name) => {
    expect(findTool(name)).toBeUndefined()
    expect(neededLevel(name)).toBe('full')
    expect(forbiddenArguments(name)).toEqual(['file_path'])
  })

  test('forbids the path of a local file in the three uploads and nowhere else', () => {
    const guarded = tools.filter((tool) => forbiddenArguments(tool.name).includes('file_path'))
    expect(guarded.map((tool) => tool.name).sort()).toEqual([
      'create_comment_attachment',
      'create_issue_attachment',
      'create_release_attachment',
    ])
  })

  test('lets read open the resources of forgejo-mcp and no others', () => {
    expect(neededResourceLevel('forgejo://repo/alice/demo/issue/1')).toBe('read')
    expect(neededResourceLevel('file:///etc/passwd')).toBe('full')
  })
})

describe('the scopes asked of Forgejo', () => {
  test('cover every tool and hold no reading scope that a writing one includes', () => {
    expect(defaultForgejoScopes).toEqual(['write:issue', 'write:notification', 'write:organization', 'write:repository', 'write:user'])
  })

  test('are as few as the tools need', () => {
    const readers = tools.filter((tool) => tool.level === 'read')
    expect(scopesFor(readers)).toEqual(['read:issue', 'read:notification', 'read:organization', 'read:repository', 'read:user'])
  })

  test('let a user sign in even where no tool asks for anything', () => {
    expect(scopesFor([])).toEqual(['read:user'])
  })
})
