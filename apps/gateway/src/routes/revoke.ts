import { err } from '@fjmcp-broker/shared/result'
import { type Context, Hono } from 'hono'
import { isOfType } from '../domain/media-types.ts'
import { parseParameters } from '../domain/oauth/parameters.ts'
import { parseRevocationRequest } from '../domain/oauth/revocation-request.ts'
import { tokenError, type TokenRejection } from '../domain/oauth/token-error.ts'
import { type RevocationDependencies, revokeToken } from '../flows/oauth/revoke-token.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { formLimit } from '../middleware/form-limit.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { publicCors } from '../middleware/public-cors.ts'

/**
 * `/oauth/revoke`: what a client calls when its user signs out there.
 *
 * @see RFC 7009 §2
 */
export function revokeRoutes(deps: RevocationDependencies): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>()
  app.use('/oauth/revoke', publicCors(['POST']), noStore)
  app.post('/oauth/revoke', formLimit(refuseLarge), async (c) => {
    const request = await readRequest(c)
    if (!request.ok) return refuse(deps, c, request.error)
    const revoked = await revokeToken(deps, request.value)
    return revoked.ok ? c.body(null, 200) : refuse(deps, c, revoked.error)
  })
  app.all('/oauth/revoke', methodNotAllowed('POST', 'OPTIONS'))
  return app
}

async function readRequest(c: Context<GatewayEnv>) {
  if (!isOfType(c.req.header('content-type'), 'application/x-www-form-urlencoded')) return err({ reason: 'wrong_content_type' } as const)
  return parseRevocationRequest(parseParameters(new URLSearchParams(await c.req.text())))
}

function refuse({ log }: RevocationDependencies, c: Context<GatewayEnv>, rejection: TokenRejection): Response {
  log.info('revocation_refused', { reason: rejection.reason })
  const { status, error, description } = tokenError(rejection)
  return c.json({ error, error_description: description }, status)
}

function refuseLarge(c: Context<GatewayEnv>): Response {
  return c.json({ error: 'invalid_request', error_description: 'the body is larger than 64 KB' }, 413)
}
