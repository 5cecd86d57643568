import { createMiddleware } from 'hono/factory'
import type { GatewayEnv } from '../hono-env.ts'

/** Keeps answers with tokens, codes or anything about them out of every cache, errors included. */
export const noStore = createMiddleware<GatewayEnv>(async (c, next) => {
  await next()
  c.res.headers.set('cache-control', 'no-store')
})
