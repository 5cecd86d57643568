import { createMiddleware } from 'hono/factory'
import { isRebindableHost } from '../domain/network/rebindable-host.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { answerError } from './answer-error.ts'

/**
 * Keeps out pages that reach a broker on loopback under a name of their own (DNS rebinding): to the browser such a page is of our
 * origin, so that it reads every answer and may leave out its `Origin`. Health checks come under any name and learn nothing secret.
 * For a broker at http on loopback only: behind https the browser asks for a certificate of that name, and proxies may rewrite the host.
 *
 * @see MCP 2025-11-25, Streamable HTTP, security warning (DNS rebinding); CVE-2025-64443, CVE-2026-34742
 */
export const refuseRebinding = createMiddleware<GatewayEnv>(async (c, next) => {
  const { hostname, pathname } = new URL(c.req.url)
  if (pathname === '/healthz' || !isRebindableHost(hostname)) return next()
  return answerError(c, {
    status: 421,
    error: 'misdirected_request',
    page: {
      title: 'This server has another address',
      message: 'It serves this computer only, and was asked for under a name that could be anybody’s.',
      advice: 'Use the address that the operator set as FJMCP_BROKER_PUBLIC_URL, which begins with http://localhost or http://127.0.0.1.',
    },
  })
})
