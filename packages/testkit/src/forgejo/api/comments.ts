import { Hono } from 'hono'
import { z } from 'zod'
import type { Comment, Issue, Repository } from '../forge/repository.ts'
import type { ApiEnv, ApiState } from './api-env.ts'
import { apiError, notFound } from './api-error.ts'
import { findRepository, requireScope, requireToken } from './guards.ts'
import { commentJson } from './issue-json.ts'
import { findIssue } from './issues.ts'
import { pageOf } from './paging.ts'
import { readBody } from './read-body.ts'
import { viewOf } from './view.ts'

const commentBody = z.object({ body: z.string().min(1, 'Required') })

/** Comments of issues. */
export function commentRoutes(state: Pick<ApiState, 'accounts' | 'content' | 'clock'>): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const guards = [requireScope('issue'), findRepository(state)] as const
  app.get('/repos/:owner/:repo/issues/:number{[0-9]+}/comments', ...guards, (c) => {
    const { repository } = c.var
    const issue = findIssue(repository, c.req.param('number'))
    if (issue === undefined) return notFound(c)
    return c.json(pageOf(c, issue.comments).map((comment) => commentJson(viewOf(c, state), { repository, issue }, comment)))
  })
  app.post('/repos/:owner/:repo/issues/:number{[0-9]+}/comments', requireToken, ...guards, async (c) => {
    const { repository, viewer } = c.var
    const issue = findIssue(repository, c.req.param('number'))
    if (issue === undefined) return notFound(c)
    const body = await readBody(c, commentBody)
    if (!body.ok) return body.error
    const nowMs = state.clock()
    const poster = viewer?.account.login ?? ''
    const comment: Comment = { id: state.content.nextId(), poster, body: body.value.body, createdAtMs: nowMs, updatedAtMs: nowMs }
    issue.comments.push(comment)
    return c.json(commentJson(viewOf(c, state), { repository, issue }, comment), 201)
  })
  app.get('/repos/:owner/:repo/issues/comments/:id{[0-9]+}', ...guards, (c) => {
    const { repository } = c.var
    const found = findComment(repository, c.req.param('id'))
    return found === undefined ? notFound(c) : c.json(commentJson(viewOf(c, state), { repository, issue: found.issue }, found.comment))
  })
  app.patch('/repos/:owner/:repo/issues/comments/:id{[0-9]+}', requireToken, ...guards, async (c) => {
    const { repository, viewer } = c.var
    const found = findComment(repository, c.req.param('id'))
    if (found === undefined) return notFound(c)
    if (found.comment.poster !== viewer?.account.login && !state.content.mayWrite(viewer?.account, repository))
      return apiError(c, 403, 'Forbidden')
    const body = await readBody(c, commentBody)
    if (!body.ok) return body.error
    found.comment.body = body.value.body
    found.comment.updatedAtMs = state.clock()
    return c.json(commentJson(viewOf(c, state), { repository, issue: found.issue }, found.comment))
  })
  return app
}

function findComment(repository: Repository, id: string): { readonly issue: Issue; readonly comment: Comment } | undefined {
  for (const issue of repository.issues) {
    const comment = issue.comments.find((candidate) => candidate.id === Number(id))
    if (comment !== undefined) return { issue, comment }
  }
  return undefined
}
