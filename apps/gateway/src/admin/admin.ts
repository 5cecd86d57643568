import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { brokerVersion } from '@fjmcp-broker/shared/version'
import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { checkHealth } from '../flows/check-health.ts'

/** What the operator's command asks over the admin socket. Only who may open that socket gets here; there is no other check. */
export function createAdmin(deps: Pick<GatewayDependencies, 'settings' | 'store' | 'runner' | 'log'>): Fetch {
  const app = new Hono()
  app.get('/status', async (c) => {
    const health = await checkHealth(deps)
    return c.json({
      version: brokerVersion,
      publicUrl: deps.settings.publicUrl,
      forgejoUrl: deps.settings.forgejoUrl,
      healthy: health.healthy,
      store: health.store,
      runner: health.runner,
    })
  })
  return (request) => app.fetch(request)
}
