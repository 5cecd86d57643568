import { Hono } from 'hono'
import { z } from 'zod'
import type { Commit } from '../forge/git-objects.ts'
import type { Repository } from '../forge/repository.ts'
import type { ApiEnv, ApiState } from './api-env.ts'
import { apiError, notFound } from './api-error.ts'
import { findRepository, requireScope, requireWriter } from './guards.ts'
import { pageOf } from './paging.ts'
import { readBody } from './read-body.ts'
import { timestamp } from './timestamp.ts'

const newBranch = z.object({ new_branch_name: z.string().min(1, 'Required'), old_branch_name: z.string().default('') })

/** Branches of a repository. */
export function branchRoutes(state: Pick<ApiState, 'content'>): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const guards = [requireScope('repository'), findRepository(state)] as const
  app.get('/repos/:owner/:repo/branches', ...guards, (c) => {
    const branches = [...c.var.repository.branches].map(([name, commit]) =>
      branchJson({ origin: c.var.origin, repository: c.var.repository, name, commit }),
    )
    return c.json(pageOf(c, branches))
  })
  app.post('/repos/:owner/:repo/branches', ...guards, requireWriter(state), async (c) => {
    const body = await readBody(c, newBranch)
    if (!body.ok) return body.error
    const { repository } = c.var
    const { new_branch_name: name, old_branch_name: old } = body.value
    if (repository.branches.has(name)) return apiError(c, 409, 'The branch already exists.')
    const commit = repository.branches.get(old === '' ? repository.defaultBranch : old)
    if (commit === undefined) return apiError(c, 404, 'The old branch does not exist')
    repository.branches.set(name, commit)
    return c.json(branchJson({ origin: c.var.origin, repository, name, commit }), 201)
  })
  app.get('/repos/:owner/:repo/branches/:branch{.+}', ...guards, (c) => {
    const name = c.req.param('branch')
    const commit = c.var.repository.branches.get(name)
    return commit === undefined ? notFound(c) : c.json(branchJson({ origin: c.var.origin, repository: c.var.repository, name, commit }))
  })
  return app
}

function branchJson({
  origin,
  repository,
  name,
  commit,
}: {
  readonly origin: string
  readonly repository: Repository
  readonly name: string
  readonly commit: Commit
}) {
  const person = { name: commit.author.name, email: commit.author.email, username: '' }
  return {
    name,
    commit: {
      id: commit.sha,
      message: commit.message,
      url: `${origin}/${repository.owner}/${repository.name}/commit/${commit.sha}`,
      author: person,
      committer: person,
      verification: null,
      timestamp: timestamp(commit.atMs),
      added: null,
      removed: null,
      modified: null,
    },
    protected: false,
    required_approvals: 0,
    enable_status_check: false,
    status_check_contexts: [],
    user_can_push: true,
    user_can_merge: true,
    effective_branch_protection_name: '',
  }
}
