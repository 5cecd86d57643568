import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { authorizationServerMetadata, protectedResourceMetadata } from '../domain/oauth/metadata.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { publicCors } from '../middleware/public-cors.ts'

/**
 * The discovery documents, each at the root and with the path of the MCP endpoint behind, since clients ask for either.
 *
 * @see RFC 8414 §3, RFC 9728 §3
 */
export function discoveryRoutes({ settings }: Pick<GatewayDependencies, 'settings'>): Hono<GatewayEnv> {
  const documents = {
    '/.well-known/oauth-authorization-server': authorizationServerMetadata(settings.publicUrl, settings),
    '/.well-known/oauth-protected-resource': protectedResourceMetadata(settings.publicUrl),
  }
  const app = new Hono<GatewayEnv>()
  for (const [root, document] of Object.entries(documents)) {
    for (const path of [root, `${root}/mcp`]) {
      app.use(path, publicCors(['GET']))
      app.get(path, (c) => c.json(document, 200, { 'cache-control': 'public, max-age=300' }))
      app.all(path, methodNotAllowed('GET', 'HEAD', 'OPTIONS'))
    }
  }
  return app
}
