import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { Hono } from 'hono'
import type { GatewayDependencies } from './dependencies.ts'
import type { GatewayMemory } from './memory/gateway-memory.ts'
import { createWithdrawAccess } from './flows/access/withdraw-access.ts'
import { createCredentialRenewal } from './flows/forgejo/renew-credential.ts'
import { createSignInsUnderWay } from './memory/sign-ins-under-way.ts'
import { createRateLimits } from './memory/rate-limits.ts'
import type { GatewayEnv } from './hono-env.ts'
import { createAddressOf } from './middleware/address-of.ts'
import { countAnswers } from './middleware/count-answers.ts'
import { createRecordFor } from './middleware/record-for.ts'
import { answerVisitors } from './middleware/answer-visitors.ts'
import { catchAll, notFound } from './middleware/catch-all.ts'
import { refuseRebinding } from './middleware/refuse-rebinding.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { authorizeRoutes } from './routes/authorize.ts'
import { callbackRoutes } from './routes/callback.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { healthRoutes } from './routes/health.ts'
import { landingRoutes } from './routes/landing.ts'
import { mcpRoutes } from './routes/mcp.ts'
import { registerRoutes } from './routes/register.ts'
import { revokeRoutes } from './routes/revoke.ts'
import { tokenRoutes } from './routes/token.ts'

/**
 * The gateway as one function. From now on it also answers the runner's questions for fresh credentials.
 *
 * @param memory Shared with the admin socket, so that the operator's command can end what is remembered of access.
 */
export function createGateway(deps: GatewayDependencies, memory: GatewayMemory): Fetch {
  const { accessTokens, sessions, auditTrail } = memory
  const withdrawAccess = createWithdrawAccess({ ...deps, ...memory })
  const signInsUnderWay = createSignInsUnderWay()
  const addressOf = createAddressOf(deps)
  const limiting = { limits: createRateLimits(deps), addressOf }
  const recordFor = createRecordFor(auditTrail, addressOf)
  const answerRejection = createCredentialRenewal({
    ...deps,
    ...memory,
    signInsUnderWay,
    record: auditTrail.record,
    holder: deps.secrets.create('none'),
  })
  deps.runner.onCredentialRejected((rejection) => deps.waitUntil(answerRejection(rejection)))

  deps.stopping.addEventListener('abort', () => deps.waitUntil(sessions.flush()))

  const app = new Hono<GatewayEnv>()
  const isOnLoopback = deps.settings.publicUrl.startsWith('http:')
  if (isOnLoopback) app.use('/mcp', refuseRebinding)
  app.get('/mcp', answerVisitors(deps))
  // Before the security headers: no browser shows what the MCP endpoint answers to programs, which has those that matter there, and every
  // call would pay for the others.
  app.route('/mcp', mcpRoutes({ ...deps, ...limiting, ...memory }))
  app.use(securityHeaders(deps))
  if (isOnLoopback) app.use(refuseRebinding)
  app.route('/', landingRoutes(deps))
  app.route('/', healthRoutes({ ...deps, ...memory }))
  app.route('/', discoveryRoutes(deps))
  app.route('/', registerRoutes({ ...deps, ...limiting, recordFor }))
  app.route('/', authorizeRoutes({ ...deps, ...limiting, recordFor }))
  app.route('/', callbackRoutes({ ...deps, ...limiting, accessTokens, signInsUnderWay, recordFor }))
  app.route('/', tokenRoutes({ ...deps, ...limiting, withdrawAccess, recordFor }))
  app.route('/', revokeRoutes({ ...deps, ...limiting, withdrawAccess, recordFor }))
  app.notFound(notFound)
  app.onError(catchAll(deps))
  return countAnswers((request, peer) => app.fetch(request, { peer }), deps.probe)
}
