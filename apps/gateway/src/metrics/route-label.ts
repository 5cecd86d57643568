/** The paths that the gateway serves. Whatever else is asked for is one label: anybody may make up as many paths as they like. */
const routes: ReadonlySet<string> = new Set([
  '/mcp',
  '/',
  '/healthz',
  '/oauth/authorize',
  '/oauth/callback',
  '/oauth/consent',
  '/oauth/register',
  '/oauth/revoke',
  '/oauth/token',
])

/** All that a request may be counted as. */
export const routeLabels: readonly string[] = [...routes, '/.well-known', 'other']

/** What a request is counted as. */
export function routeLabel(path: string): string {
  if (routes.has(path)) return path
  return path.startsWith('/.well-known/') ? '/.well-known' : 'other'
}
