import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { checkHealth, type Health } from '../flows/check-health.ts'
import type { GatewayEnv } from '../hono-env.ts'

/**
 * `/healthz`: 200 when store and runner answer, else 503 with the one at fault named. `child` and `isolation` inform and never
 * change the status: a missing forgejo-mcp does not get better by a restart.
 */
export function healthRoutes(deps: Pick<GatewayDependencies, 'store' | 'runner' | 'log'>): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>()
  app.get('/healthz', async (c) => {
    const health = await checkHealth(deps)
    return c.json(toWire(health), health.healthy ? 200 : 503, { 'cache-control': 'no-store' })
  })
  return app
}

function toWire({ healthy, store, runner }: Health): Readonly<Record<string, string>> {
  const status = healthy ? 'ok' : 'error'
  if (runner === undefined) return { status, store, runner: 'error: the runner does not answer; it is started again if it has ended' }
  const child = runner.child.state === 'ok' ? 'ok' : `error: ${runner.child.detail}`
  return { status, store, runner: 'ok', child, isolation: runner.isolation }
}
