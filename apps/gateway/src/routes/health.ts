import type { RunnerStatus } from '@fjmcp-broker/shared/runner/runner'
import { Hono } from 'hono'
import { checkHealth, type Health, type HealthDependencies, isHealthy } from '../flows/check-health.ts'
import type { GatewayEnv } from '../hono-env.ts'
import type { ForgejoReach } from '../memory/forgejo-contact.ts'

/**
 * `/healthz`: 200 when store and runner answer, else 503 with the one at fault named. `child`, `forgejo` and `isolation` inform and never
 * change the status.
 */
export function healthRoutes(deps: HealthDependencies): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>()
  app.get('/healthz', async (c) => {
    const health = await checkHealth(deps)
    return c.json(toWire(health), isHealthy(health) ? 200 : 503, { 'cache-control': 'no-store' })
  })
  return app
}

function toWire(health: Health): Readonly<Record<string, string>> {
  return {
    status: isHealthy(health) ? 'ok' : 'error',
    store: health.storeAnswers ? 'ok' : 'error: the database does not answer; the log says why',
    ...describeRunner(health.runner),
    forgejo: describeForgejo(health.forgejo),
  }
}

function describeRunner(runner: RunnerStatus | undefined): Readonly<Record<string, string>> {
  if (runner === undefined) return { runner: 'error: the runner does not answer; it is started again if it has ended' }
  return { runner: 'ok', child: describeChild(runner.child), isolation: runner.isolation }
}

function describeChild(child: RunnerStatus['child']): string {
  switch (child.state) {
    case 'unknown':
      return 'not started yet'
    case 'ok':
      return 'ok'
    case 'error':
      return `error: ${child.detail}`
  }
}

function describeForgejo(reach: ForgejoReach): string {
  switch (reach.state) {
    case 'unknown':
      return 'not asked yet'
    case 'reached':
      return 'ok'
    case 'not_reached':
      return `error: ${reach.detail}`
  }
}
