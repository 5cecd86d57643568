import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { checkHealth, type HealthDependencies, isHealthy } from '../flows/check-health.ts'

/** What the operator's command asks over the admin socket. Only who may open that socket gets here; there is no other check. */
export function createAdmin(deps: HealthDependencies & Pick<GatewayDependencies, 'settings'>): Fetch {
  const app = new Hono()
  app.get('/status', async (c) => {
    const health = await checkHealth(deps)
    const { publicUrl, forgejoUrl } = deps.settings
    return c.json({ version: brokerVersion, publicUrl, forgejoUrl, healthy: isHealthy(health), ...health })
  })
  return (request) => app.fetch(request)
}
