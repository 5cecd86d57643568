import { Hono } from 'hono'
import { type ForgejoState, originOf } from '../state.ts'
import { decodeBasic } from './authenticate-client.ts'

/** `POST /login/oauth/introspect`: shows the scope that a grant really has. Basic authentication only. */
export function introspection(state: Pick<ForgejoState, 'origin' | 'applications' | 'tokens' | 'accounts'>): Hono {
  const app = new Hono()
  app.post('/login/oauth/introspect', async (c) => {
    const client = decodeBasic(/^basic (.*)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '')
    const application = client === undefined ? undefined : state.applications.find(client.clientId)
    if (application === undefined || application.clientSecret !== client?.clientSecret) {
      return c.text('no valid authorization', 401, { 'www-authenticate': 'Basic realm=""' })
    }
    const grant = state.tokens.grantOf(new URLSearchParams(await c.req.text()).get('token') ?? '')
    if (grant === undefined) return c.json({ active: false })
    return c.json({
      active: true,
      // Left out where it is empty.
      ...(grant.scope === '' ? {} : { scope: grant.scope }),
      username: state.accounts.byId(grant.userId)?.login,
      iss: originOf(state, c.req.raw),
      sub: String(grant.userId),
      aud: [grant.clientId],
    })
  })
  return app
}
