import { type Context, Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { formatScope } from '../domain/oauth/scope.ts'
import type { TokenRejection } from '../domain/oauth/token/token-error.ts'
import { parseTokenRequest } from '../domain/oauth/token/token-request.ts'
import type { Tokens } from '../flows/oauth/create-pair.ts'
import { issueTokens, type TokenDependencies } from '../flows/oauth/issue-tokens.ts'
import { createRepeatRecording } from '../flows/oauth/record-repeats.ts'
import type { TooManyTokens } from '../flows/oauth/pair-limits.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { formLimit } from '../middleware/form-limit.ts'
import type { Limiting } from '../middleware/limit-address.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { publicCors } from '../middleware/public-cors.ts'
import type { RecordFor } from '../middleware/record-for.ts'
import { limitTokenRequests, readTokenForm, refuseLargeForm, refuseTokenForm } from './token-form.ts'

type Deps = Omit<TokenDependencies, 'record' | 'recordRepeat' | 'address'> &
  Pick<GatewayDependencies, 'settings' | 'log'> &
  Limiting & { readonly recordFor: RecordFor }

/**
 * `/oauth/token`: codes and refresh tokens for access tokens.
 *
 * @see RFC 6749 §3.2
 */
export function tokenRoutes(deps: Deps): Hono<GatewayEnv> {
  const recordRepeat = createRepeatRecording()
  const app = new Hono<GatewayEnv>()
  app.use('/oauth/token', publicCors(['POST']), noStore)
  app.post('/oauth/token', limitTokenRequests(deps), formLimit(deps, refuseLargeForm), async (c) => {
    const form = await readTokenForm(c)
    const request = form.ok ? parseTokenRequest(form.value, deps.settings.publicUrl) : form
    if (!request.ok) return refuse(c, request.error)
    const caller = { record: deps.recordFor(c), address: deps.addressOf(c) }
    const tokens = await issueTokens({ ...deps, ...caller, recordRepeat }, request.value)
    if (tokens.ok) return c.json(toWire(tokens.value, deps.clock()))
    return tokens.error.reason === 'too_many_tokens' ? refuseForNow(c, tokens.error) : refuse(c, tokens.error)
  })
  app.all('/oauth/token', methodNotAllowed('POST', 'OPTIONS'))
  return app

  function refuse(c: Context<GatewayEnv>, rejection: TokenRejection): Response | Promise<Response> {
    return refuseTokenForm(c, rejection, { ...deps, event: 'token_request_refused' })
  }
}

function refuseForNow(c: Context<GatewayEnv>, { retryAfterSeconds }: TooManyTokens): Response {
  c.header('Retry-After', String(retryAfterSeconds))
  const description = 'this client has got more tokens than are given in a minute; try again later'
  return c.json({ error: 'temporarily_unavailable', error_description: description }, 429)
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
