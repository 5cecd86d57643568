import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { Hono } from 'hono'
import { collectMetrics, type MetricsDependencies } from '../flows/collect-metrics.ts'
import { parseBearer } from '../domain/mcp/bearer.ts'

/** As Prometheus expects it. */
const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * `GET /metrics` for who has the token, on a listener of its own. Who has not learns nothing, not even what else there is.
 *
 * @param isToken Whether this is the operator's token; has to take as long for one guess as for another.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function createMetricsEndpoint({
  isToken,
  ...deps
}: MetricsDependencies & { readonly isToken: (presented: string) => boolean }): Fetch {
  const app = new Hono()
  app.use(async (c, next) => {
    const presented = parseBearer(c.req.header('authorization') ?? null)
    if (presented === undefined || !isToken(presented))
      c.res = c.text('A bearer token is required.\n', 401, { 'www-authenticate': 'Bearer' })
    else await next()
    c.res.headers.set('cache-control', 'no-store')
    c.res.headers.set('x-content-type-options', 'nosniff')
  })
  app.get('/metrics', async (c) => c.body(await collectMetrics(deps), 200, { 'content-type': contentType }))
  app.all('/metrics', (c) => c.text('Use GET.\n', 405, { allow: 'GET' }))
  app.notFound((c) => c.text('There is nothing here but /metrics.\n', 404))
  app.onError((error, c) => {
    deps.log.error('metrics_failed', { reason: error.name })
    return c.text('The log says why.\n', 500)
  })
  return (request) => app.fetch(request)
}
