import { filesBelow } from '../forge/git-objects.ts'
import type { Repository } from '../forge/repository.ts'
import { ownerJson } from './owner-json.ts'
import { timestamp } from './timestamp.ts'
import type { View } from './view.ts'

export function repositoryJson(view: View, repository: Repository) {
  const { origin, content, account } = view
  const path = `${repository.owner}/${repository.name}`
  const mayWrite = content.mayWrite(account, repository)
  const newest = repository.branches.get(repository.defaultBranch)
  const bytes = [...filesBelow(newest?.files ?? new Map(), '').values()].reduce((sum, file) => sum + file.length, 0)
  return {
    id: repository.id,
    owner: ownerJson(view, repository.owner),
    name: repository.name,
    full_name: path,
    description: repository.description,
    empty: newest === undefined,
    private: repository.isPrivate,
    fork: false,
    template: false,
    parent: null,
    mirror: false,
    size: Math.ceil(bytes / 1024),
    language: '',
    html_url: `${origin}/${path}`,
    url: `${origin}/api/v1/repos/${path}`,
    ssh_url: `ssh://git@${new URL(origin).hostname}/${path}.git`,
    clone_url: `${origin}/${path}.git`,
    original_url: '',
    website: '',
    stars_count: 0,
    forks_count: 0,
    watchers_count: 1,
    open_issues_count: repository.issues.filter(({ state }) => state === 'open').length,
    open_pr_counter: 0,
    release_counter: repository.releases.length,
    default_branch: repository.defaultBranch,
    archived: false,
    created_at: timestamp(repository.createdAtMs),
    updated_at: timestamp(newest?.atMs ?? repository.createdAtMs),
    permissions: { admin: mayWrite, push: mayWrite, pull: content.mayRead(account, repository) },
    has_issues: true,
    has_wiki: false,
    has_pull_requests: true,
    has_projects: false,
    has_releases: true,
    has_packages: false,
    has_actions: false,
    allow_merge_commits: true,
    default_merge_style: 'merge',
    avatar_url: '',
    internal: false,
  }
}
