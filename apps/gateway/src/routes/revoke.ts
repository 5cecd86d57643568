import { type Context, Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { parseRevocationRequest } from '../domain/oauth/token/revocation-request.ts'
import type { TokenRejection } from '../domain/oauth/token/token-error.ts'
import { type RevocationDependencies, revokeToken } from '../flows/oauth/revoke-token.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { formLimit } from '../middleware/form-limit.ts'
import type { Limiting } from '../middleware/limit-address.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { publicCors } from '../middleware/public-cors.ts'
import type { RecordFor } from '../middleware/record-for.ts'
import { limitTokenRequests, readTokenForm, refuseLargeForm, refuseTokenForm } from './token-form.ts'

type Deps = Omit<RevocationDependencies, 'record'> & Pick<GatewayDependencies, 'log'> & Limiting & { readonly recordFor: RecordFor }

/**
 * `/oauth/revoke`: what a client calls when its user signs out there.
 *
 * @see RFC 7009 §2
 */
export function revokeRoutes(deps: Deps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>()
  app.use('/oauth/revoke', publicCors(['POST']), noStore)
  app.post('/oauth/revoke', limitTokenRequests(deps), formLimit(deps, refuseLargeForm), async (c) => {
    const form = await readTokenForm(c)
    const request = form.ok ? parseRevocationRequest(form.value) : form
    if (!request.ok) return refuse(c, request.error)
    const revoked = await revokeToken({ ...deps, record: deps.recordFor(c) }, request.value)
    return revoked.ok ? c.body(null, 200) : refuse(c, revoked.error)
  })
  app.all('/oauth/revoke', methodNotAllowed('POST', 'OPTIONS'))
  return app

  function refuse(c: Context<GatewayEnv>, rejection: TokenRejection): Response | Promise<Response> {
    return refuseTokenForm(c, rejection, { ...deps, event: 'revocation_refused' })
  }
}
