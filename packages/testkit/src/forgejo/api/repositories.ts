import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv, ApiState } from './api-env.ts'
import { apiError, notFound } from './api-error.ts'
import { findRepository, requireScope, requireToken } from './guards.ts'
import { pageOf } from './paging.ts'
import { readBody } from './read-body.ts'
import { repositoryJson } from './repository-json.ts'
import { viewOf } from './view.ts'

const newRepository = z.object({
  name: z.string().regex(/^[\w.-]{1,100}$/, 'must be alphanumeric, dash, underscore or dot'),
  description: z.string().default(''),
  private: z.boolean().default(false),
  auto_init: z.boolean().default(false),
  default_branch: z.string().default(''),
})

/** Lists, search, creation and the description of repositories. */
export function repositoryRoutes(state: Pick<ApiState, 'accounts' | 'content'>): Hono<ApiEnv> {
  const { content } = state
  const app = new Hono<ApiEnv>()
  app.get('/user/repos', requireToken, requireScope('user', 'repository'), (c) => {
    const account = c.var.viewer?.account
    const mine = content.repositories.filter((repository) => content.mayWrite(account, repository))
    return c.json(pageOf(c, mine).map((repository) => repositoryJson(viewOf(c, state), repository)))
  })
  app.get('/repos/search', requireScope('repository'), (c) => {
    const keyword = (c.req.query('q') ?? '').toLowerCase()
    const found = content.repositories.filter(
      (repository) => content.mayRead(c.var.viewer?.account, repository) && repository.name.toLowerCase().includes(keyword),
    )
    return c.json({ ok: true, data: pageOf(c, found).map((repository) => repositoryJson(viewOf(c, state), repository)) })
  })
  app.get('/repos/:owner/:repo', requireScope('repository'), findRepository(state), (c) =>
    c.json(repositoryJson(viewOf(c, state), c.var.repository)),
  )
  // These need a scope besides the repository's: the first stands below /user, the second below an organization.
  app.post('/user/repos', requireToken, requireScope('user', 'repository'), (c) => create(c, state, c.var.viewer?.account.login ?? ''))
  app.post('/org/:org/repos', requireToken, requireScope('organization', 'repository'), (c) => {
    const organization = content.organizations.find(({ name }) => name === c.req.param('org'))
    if (organization === undefined) return notFound(c)
    const isMember = organization.members.includes(c.var.viewer?.account.login ?? '')
    return isMember
      ? create(c, state, organization.name)
      : apiError(c, 403, 'Given user is not allowed to create repository in organization.')
  })
  return app
}

async function create(c: Context<ApiEnv>, state: Pick<ApiState, 'accounts' | 'content'>, owner: string): Promise<Response> {
  const body = await readBody(c, newRepository)
  if (!body.ok) return body.error
  if (state.content.find(owner, body.value.name) !== undefined) {
    return apiError(c, 409, 'The repository with the same name already exists.')
  }
  const { name, description } = body.value
  const account = c.var.viewer?.account
  const repository = state.content.addRepository({
    owner,
    name,
    description,
    isPrivate: body.value.private,
    ...(body.value.default_branch === '' ? {} : { defaultBranch: body.value.default_branch }),
    ...(body.value.auto_init ? { files: { 'README.md': `# ${name}\n\n${description}\n` } } : {}),
    author: { name: account?.fullName ?? '', email: account?.email ?? '' },
  })
  return c.json(repositoryJson(viewOf(c, state), repository), 201)
}
