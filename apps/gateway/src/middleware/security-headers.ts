import { createMiddleware } from 'hono/factory'
import type { GatewayDependencies } from '../dependencies.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { stylesheetHash } from '../views/stylesheet.ts'

/**
 * Pages run no script, load nothing, are framed by nobody and kept by no cache. There is no `form-action`: Chromium applies it to the
 * whole chain of redirects behind a form, which leads from the consent page to Forgejo and on to the client.
 */
const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src '${stylesheetHash}'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
}

/**
 * What every answer says to browsers, and what pages say besides. Nothing is kept but what says for how long. Pages of the sign-in keep
 * their opener, which may be the client that waits for the end of it: docs/decisions/0011-no-opener-policy-in-the-sign-in.md.
 */
export function securityHeaders({ settings }: Pick<GatewayDependencies, 'settings'>) {
  const common: Readonly<Record<string, string>> = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    ...(settings.publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
  return createMiddleware<GatewayEnv>(async (c, next) => {
    await next()
    const { headers } = c.res
    for (const name in common) headers.set(name, common[name] ?? '')
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
    if (headers.get('content-type')?.startsWith('text/html') !== true) return
    for (const name in pageHeaders) headers.set(name, pageHeaders[name] ?? '')
    if (!c.req.path.startsWith('/oauth/')) headers.set('cross-origin-opener-policy', 'same-origin')
  })
}
