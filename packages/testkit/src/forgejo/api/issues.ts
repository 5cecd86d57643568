import { Hono } from 'hono'
import { z } from 'zod'
import type { Issue, Repository } from '../forge/repository.ts'
import type { ApiContext, ApiEnv, ApiState } from './api-env.ts'
import { apiError, notFound } from './api-error.ts'
import { findRepository, requireScope, requireToken } from './guards.ts'
import { issueJson } from './issue-json.ts'
import { pageOf } from './paging.ts'
import { readBody } from './read-body.ts'
import { viewOf } from './view.ts'

type State = Pick<ApiState, 'accounts' | 'content' | 'clock'>

const newIssue = z.object({
  title: z.string().min(1, 'Required'),
  body: z.string().default(''),
  labels: z.array(z.number()).nullish(),
  assignees: z.array(z.string()).nullish(),
})

/** Absent and null fields stay as they are; so does an empty title, which the Go client sends when it means none. */
const editedIssue = z.object({
  title: z.string().nullish(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).nullish(),
  assignees: z.array(z.string()).nullish(),
  due_date: z.string().nullish(),
  unset_due_date: z.boolean().nullish(),
})

/** Issues: list, search, read, open, edit. There are no pull requests, so lists of these are empty. */
export function issueRoutes(state: State): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const guards = [requireScope('issue'), findRepository(state)] as const
  app.get('/repos/issues/search', requireScope('issue'), (c) => {
    const owner = c.req.query('owner')
    const found = state.content.repositories
      .filter((repository) => state.content.mayRead(c.var.viewer?.account, repository))
      .filter((repository) => owner === undefined || owner === '' || repository.owner === owner)
      .flatMap((repository) => selectIssues(c, repository).map((issue) => ({ repository, issue })))
    return c.json(pageOf(c, found).map(({ repository, issue }) => issueJson(viewOf(c, state), repository, issue)))
  })
  app.get('/repos/:owner/:repo/issues', ...guards, (c) =>
    c.json(pageOf(c, selectIssues(c, c.var.repository)).map((issue) => issueJson(viewOf(c, state), c.var.repository, issue))),
  )
  app.post('/repos/:owner/:repo/issues', requireToken, ...guards, async (c) => {
    const body = await readBody(c, newIssue)
    if (!body.ok) return body.error
    const { title, labels, assignees } = body.value
    const issue = openIssue({ c, state, issue: { title, body: body.value.body, labelIds: labels ?? [], assignees: assignees ?? [] } })
    return c.json(issueJson(viewOf(c, state), c.var.repository, issue), 201)
  })
  app.get('/repos/:owner/:repo/issues/:number{[0-9]+}', ...guards, (c) => {
    const issue = findIssue(c.var.repository, c.req.param('number'))
    return issue === undefined ? notFound(c) : c.json(issueJson(viewOf(c, state), c.var.repository, issue))
  })
  app.patch('/repos/:owner/:repo/issues/:number{[0-9]+}', requireToken, ...guards, async (c) => {
    const issue = findIssue(c.var.repository, c.req.param('number'))
    if (issue === undefined) return notFound(c)
    const account = c.var.viewer?.account
    if (issue.poster !== account?.login && !state.content.mayWrite(account, c.var.repository)) return apiError(c, 403, 'Forbidden')
    const body = await readBody(c, editedIssue)
    if (!body.ok) return body.error
    edit(issue, body.value, state.clock())
    return c.json(issueJson(viewOf(c, state), c.var.repository, issue), 201)
  })
  app.get('/repos/:owner/:repo/pulls', requireScope('repository'), findRepository(state), (c) => c.json(pageOf(c, [])))
  return app
}

export function findIssue(repository: Repository, number: string): Issue | undefined {
  return repository.issues.find((issue) => issue.number === Number(number))
}

function selectIssues(c: ApiContext, repository: Repository): readonly Issue[] {
  const state = c.req.query('state') || 'open'
  const keyword = (c.req.query('q') ?? '').toLowerCase()
  const labels = (c.req.query('labels') ?? '').split(',').filter((name) => name !== '')
  const labelIds = new Set(repository.labels.filter(({ name }) => labels.includes(name)).map(({ id }) => id))
  if (c.req.query('type') === 'pulls') return []
  return repository.issues
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => `${issue.title}\n${issue.body}`.toLowerCase().includes(keyword))
    .filter((issue) => labels.length === 0 || issue.labelIds.some((id) => labelIds.has(id)))
    .sort((one, other) => (c.req.query('sort') === 'oldest' ? one.number - other.number : other.number - one.number))
}

function openIssue({
  c,
  state,
  issue,
}: {
  readonly c: ApiContext
  readonly state: State
  readonly issue: Pick<Issue, 'title' | 'body' | 'labelIds' | 'assignees'>
}): Issue {
  const { repository, viewer } = c.var
  const nowMs = state.clock()
  const opened: Issue = {
    ...issue,
    id: state.content.nextId(),
    number: repository.issues.length + 1,
    poster: viewer?.account.login ?? '',
    createdAtMs: nowMs,
    state: 'open',
    dueDate: undefined,
    updatedAtMs: nowMs,
    closedAtMs: undefined,
    comments: [],
  }
  repository.issues.push(opened)
  return opened
}

function edit(issue: Issue, changes: z.output<typeof editedIssue>, nowMs: number): void {
  issue.title = changes.title || issue.title
  issue.body = changes.body ?? issue.body
  issue.assignees = changes.assignees ?? issue.assignees
  issue.dueDate = changes.unset_due_date === true ? undefined : (changes.due_date ?? issue.dueDate)
  issue.updatedAtMs = nowMs
  if (changes.state === undefined || changes.state === null || changes.state === issue.state) return
  issue.state = changes.state
  issue.closedAtMs = changes.state === 'closed' ? nowMs : undefined
}
