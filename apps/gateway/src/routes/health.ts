import type { RunnerStatus } from '@fjmcp-broker/shared/runner/runner'
import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import type { GatewayEnv } from '../hono-env.ts'

/**
 * `/healthz`: 200 when store and runner answer, else 503 with the one at fault named. `child` and `isolation` inform and never
 * change the status: a missing forgejo-mcp does not get better by a restart.
 */
export function healthRoutes({ store, runner, log }: Pick<GatewayDependencies, 'store' | 'runner' | 'log'>): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>()
  app.get('/healthz', async (c) => {
    const [storeState, runnerState] = await Promise.all([checkStore({ store, log }), checkRunner({ runner, log })])
    const healthy = storeState === 'ok' && runnerState.status !== undefined
    const body = { status: healthy ? 'ok' : 'error', store: storeState, ...describeRunner(runnerState) }
    return c.json(body, healthy ? 200 : 503, { 'cache-control': 'no-store' })
  })
  return app
}

async function checkStore({ store, log }: Pick<GatewayDependencies, 'store' | 'log'>): Promise<string> {
  try {
    await store.check()
    return 'ok'
  } catch (error) {
    log.error('store_check_failed', { reason: String(error) })
    return 'error: the database does not answer; the log says why'
  }
}

type RunnerState = { readonly status: RunnerStatus | undefined }

async function checkRunner({ runner, log }: Pick<GatewayDependencies, 'runner' | 'log'>): Promise<RunnerState> {
  try {
    return { status: await runner.status() }
  } catch (error) {
    log.error('runner_check_failed', { reason: String(error) })
    return { status: undefined }
  }
}

function describeRunner({ status }: RunnerState): Readonly<Record<string, string>> {
  if (status === undefined) return { runner: 'error: the runner does not answer; it is started again if it has ended' }
  const child = status.child.state === 'ok' ? 'ok' : `error: ${status.child.detail}`
  return { runner: 'ok', child, isolation: status.isolation }
}
