import { err } from '@fjmcp-broker/shared/result'
import { type Context, Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { isOfType } from '../domain/media-types.ts'
import { parseParameters } from '../domain/oauth/parameters.ts'
import { formatScope } from '../domain/oauth/scope.ts'
import { tokenError, type TokenRejection } from '../domain/oauth/token-error.ts'
import { parseTokenRequest } from '../domain/oauth/token-request.ts'
import type { Tokens } from '../flows/oauth/create-pair.ts'
import { issueTokens, type TokenDependencies } from '../flows/oauth/issue-tokens.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { formLimit } from '../middleware/form-limit.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { publicCors } from '../middleware/public-cors.ts'

type Deps = TokenDependencies & Pick<GatewayDependencies, 'settings'>

/**
 * `/oauth/token`: codes and refresh tokens for access tokens.
 *
 * @see RFC 6749 §3.2
 */
export function tokenRoutes(deps: Deps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>()
  app.use('/oauth/token', publicCors(['POST']), noStore)
  app.post('/oauth/token', formLimit(refuseLarge), async (c) => {
    const request = await readTokenRequest(c, deps)
    if (!request.ok) return refuse(deps, c, request.error)
    const tokens = await issueTokens(deps, request.value)
    return tokens.ok ? c.json(toWire(tokens.value, deps.clock())) : refuse(deps, c, tokens.error)
  })
  app.all('/oauth/token', methodNotAllowed('POST', 'OPTIONS'))
  return app
}

async function readTokenRequest(c: Context<GatewayEnv>, { settings }: Deps) {
  if (!isOfType(c.req.header('content-type'), 'application/x-www-form-urlencoded')) return err({ reason: 'wrong_content_type' } as const)
  return parseTokenRequest(parseParameters(new URLSearchParams(await c.req.text())), settings.publicUrl)
}

/** @see RFC 6749 §5.1 */
function toWire({ accessToken, refreshToken, accessLevel, accessExpiresAtMs }: Tokens, nowMs: number) {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.ceil((accessExpiresAtMs - nowMs) / 1000),
    refresh_token: refreshToken,
    scope: formatScope(accessLevel),
  }
}

function refuse({ log }: Deps, c: Context<GatewayEnv>, rejection: TokenRejection): Response {
  log.info('token_request_refused', { reason: rejection.reason })
  const { status, error, description } = tokenError(rejection)
  return c.json({ error, error_description: description }, status)
}

function refuseLarge(c: Context<GatewayEnv>): Response {
  return c.json({ error: 'invalid_request', error_description: 'the body is larger than 64 KB' }, 413)
}
