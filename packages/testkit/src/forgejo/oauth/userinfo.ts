import { Hono } from 'hono'
import { prohibitedPage } from '../pages.ts'
import { type ForgejoState, originOf } from '../state.ts'
import { readAuthorization } from './bearer.ts'

/** `GET /login/oauth/userinfo`. It needs no scope, and tells groups without being asked. */
export function userinfo(state: Pick<ForgejoState, 'origin' | 'tokens' | 'accounts' | 'content'>): Hono {
  const app = new Hono()
  app.get('/login/oauth/userinfo', (c) => {
    const token = readAuthorization(c.req.header('authorization'))
    const grant = token === undefined ? undefined : state.tokens.grantOf(token)
    const account = grant === undefined ? undefined : state.accounts.byId(grant.userId)
    if (account === undefined) return c.text('no valid authorization', 401, { 'www-authenticate': 'Bearer realm=""' })
    // A page with status 200: the web side's answer to whatever a disabled user asks.
    if (state.accounts.isDisabled(account)) return c.html(prohibitedPage())
    const groups = state.content.organizations
      .filter(({ members }) => members.includes(account.login))
      .flatMap(({ name }) => [name, `${name}:owners`])
    return c.json({
      sub: String(account.id),
      name: account.fullName,
      preferred_username: account.login,
      email: account.email,
      picture: `${originOf(state, c.req.raw)}/avatars/${account.id}`,
      ...(groups.length > 0 ? { groups } : {}),
    })
  })
  return app
}
