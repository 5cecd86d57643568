import { Hono } from 'hono'
import type { ApiEnv, ApiState } from './api-env.ts'
import { notFound } from './api-error.ts'
import { requireScope, requireToken } from './guards.ts'
import { organizationJson, userJson } from './owner-json.ts'
import { pageOf } from './paging.ts'

/** Users and organizations. */
export function userRoutes({ accounts, content }: Pick<ApiState, 'accounts' | 'content'>): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/user', requireToken, requireScope('user'), (c) => {
    const { viewer } = c.var
    return viewer === undefined ? notFound(c) : c.json(userJson(c.var, viewer.account))
  })
  app.get('/user/orgs', requireToken, requireScope('user', 'organization'), (c) => {
    const login = c.var.viewer?.account.login ?? ''
    const mine = content.organizations.filter(({ members }) => members.includes(login))
    return c.json(pageOf(c, mine).map((organization) => organizationJson(c.var, organization)))
  })
  app.get('/users/search', requireScope('user'), (c) => {
    const keyword = (c.req.query('q') ?? '').toLowerCase()
    const found = accounts.all.filter(({ login, fullName }) => `${login} ${fullName}`.toLowerCase().includes(keyword))
    return c.json({ ok: true, data: pageOf(c, found).map((account) => userJson(c.var, account)) })
  })
  app.get('/users/:login', requireScope('user'), (c) => {
    const account = accounts.find(c.req.param('login'))
    return account === undefined ? notFound(c) : c.json(userJson(c.var, account))
  })
  app.get('/orgs/:org', requireScope('organization'), (c) => {
    const organization = content.organizations.find(({ name }) => name === c.req.param('org'))
    return organization === undefined ? notFound(c) : c.json(organizationJson(c.var, organization))
  })
  return app
}
