import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { canonicalResource } from '../domain/oauth/resource.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { landingPage } from '../views/landing-page.ts'

/** `/`: what this is, for a person who opens the address in a browser. */
export function landingRoutes({ settings }: Pick<GatewayDependencies, 'settings'>): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>()
  const page = landingPage({ mcpUrl: canonicalResource(settings.publicUrl), forgejoUrl: settings.forgejoUrl })
  app.get('/', async (c) => c.html(await page))
  return app
}
