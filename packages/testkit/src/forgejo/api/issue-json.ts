import type { Comment, Issue, Label, Repository } from '../forge/repository.ts'
import { ownerJson } from './owner-json.ts'
import { timestamp } from './timestamp.ts'
import type { View } from './view.ts'

export function issueJson(view: View, repository: Repository, issue: Issue) {
  const path = `${repository.owner}/${repository.name}`
  return {
    id: issue.id,
    url: `${view.origin}/api/v1/repos/${path}/issues/${issue.number}`,
    html_url: `${view.origin}/${path}/issues/${issue.number}`,
    number: issue.number,
    user: ownerJson(view, issue.poster),
    original_author: '',
    original_author_id: 0,
    title: issue.title,
    body: issue.body,
    ref: '',
    assets: [],
    labels: repository.labels.filter(({ id }) => issue.labelIds.includes(id)).map((label) => labelJson(view, repository, label)),
    milestone: null,
    assignee: issue.assignees[0] === undefined ? null : ownerJson(view, issue.assignees[0]),
    assignees: issue.assignees.map((login) => ownerJson(view, login)),
    state: issue.state,
    is_locked: false,
    comments: issue.comments.length,
    created_at: timestamp(issue.createdAtMs),
    updated_at: timestamp(issue.updatedAtMs),
    closed_at: issue.closedAtMs === undefined ? null : timestamp(issue.closedAtMs),
    due_date: issue.dueDate ?? null,
    pull_request: null,
    repository: { id: repository.id, name: repository.name, owner: repository.owner, full_name: path },
    pin_order: 0,
  }
}

export function labelJson({ origin }: Pick<View, 'origin'>, repository: Repository, label: Label) {
  return {
    ...label,
    exclusive: false,
    is_archived: false,
    url: `${origin}/api/v1/repos/${repository.owner}/${repository.name}/labels/${label.id}`,
  }
}

export function commentJson(
  view: View,
  { repository, issue }: { readonly repository: Repository; readonly issue: Issue },
  comment: Comment,
) {
  const url = `${view.origin}/${repository.owner}/${repository.name}/issues/${issue.number}`
  return {
    id: comment.id,
    html_url: `${url}#issuecomment-${comment.id}`,
    pull_request_url: '',
    issue_url: url,
    user: ownerJson(view, comment.poster),
    original_author: '',
    original_author_id: 0,
    body: comment.body,
    assets: [],
    created_at: timestamp(comment.createdAtMs),
    updated_at: timestamp(comment.updatedAtMs),
  }
}
