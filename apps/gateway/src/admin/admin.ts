import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { createWithdrawAccess } from '../flows/access/withdraw-access.ts'
import { checkHealth, isHealthy } from '../flows/check-health.ts'
import type { GatewayMemory } from '../memory/gateway-memory.ts'
import { accessRoutes } from './access.ts'
import { auditRoutes } from './audit.ts'
import { keyRoutes } from './keys.ts'
import { questionFailed } from './question-failed.ts'
import { refuse } from './refuse.ts'
import { sessionRoutes } from './sessions.ts'

type Deps = Pick<GatewayDependencies, 'settings' | 'store' | 'runner' | 'clock' | 'log' | 'waitUntil' | 'stopping'>

/** What the operator's command asks over the admin socket. Only who may open that socket gets here; there is no other check. */
export function createAdmin(deps: Deps, memory: GatewayMemory): Fetch {
  const { record } = memory.auditTrail
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('fjmcp-broker-version', brokerVersion)
  })
  app.get('/status', async (c) => {
    const health = await checkHealth({ ...deps, ...memory })
    const { publicUrl, forgejoUrl } = deps.settings
    return c.json({ version: brokerVersion, publicUrl, forgejoUrl, healthy: isHealthy(health), ...health })
  })
  app.route('/', keyRoutes({ ...deps, record }))
  app.route('/', auditRoutes({ ...deps, ...memory }))
  app.route('/', accessRoutes({ ...deps, withdrawAccess: createWithdrawAccess({ ...deps, ...memory }), record }))
  app.route('/', sessionRoutes({ ...deps, ...memory, record }))
  // What an older broker says to a newer command.
  app.notFound((c) => refuse(c, { status: 404, reason: 'unknown_question', message: 'This broker does not know that question.' }))
  app.onError((error, c) => refuse(c, questionFailed(deps.log, { path: c.req.path, error })))
  return (request) => app.fetch(request)
}
