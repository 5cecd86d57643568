import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv, ApiState } from './api-env.ts'
import { notFound } from './api-error.ts'
import { findRepository, requireScope, requireWriter } from './guards.ts'
import { labelJson } from './issue-json.ts'
import { findIssue } from './issues.ts'
import { pageOf } from './paging.ts'
import { readBody } from './read-body.ts'

const newLabel = z.object({
  name: z.string().min(1, 'Required'),
  color: z.string().regex(/^#?[0-9a-fA-F]{6}$/, 'must be a color such as #ee0701'),
  description: z.string().default(''),
})
const addedLabels = z.object({ labels: z.array(z.number()) })

/** Labels of a repository, and of its issues. */
export function labelRoutes(state: Pick<ApiState, 'content'>): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const guards = [requireScope('issue'), findRepository(state)] as const
  app.get('/repos/:owner/:repo/labels', ...guards, (c) =>
    c.json(pageOf(c, c.var.repository.labels).map((label) => labelJson(c.var, c.var.repository, label))),
  )
  app.post('/repos/:owner/:repo/labels', ...guards, requireWriter(state), async (c) => {
    const body = await readBody(c, newLabel)
    if (!body.ok) return body.error
    const label = { ...body.value, id: state.content.nextId(), color: body.value.color.replace('#', '') }
    c.var.repository.labels.push(label)
    return c.json(labelJson(c.var, c.var.repository, label), 201)
  })
  app.post('/repos/:owner/:repo/issues/:number{[0-9]+}/labels', ...guards, requireWriter(state), async (c) => {
    const { repository } = c.var
    const issue = findIssue(repository, c.req.param('number'))
    if (issue === undefined) return notFound(c)
    const body = await readBody(c, addedLabels)
    if (!body.ok) return body.error
    const known = repository.labels.filter(({ id }) => body.value.labels.includes(id)).map(({ id }) => id)
    issue.labelIds = [...new Set([...issue.labelIds, ...known])]
    return c.json(repository.labels.filter(({ id }) => issue.labelIds.includes(id)).map((label) => labelJson(c.var, repository, label)))
  })
  return app
}
