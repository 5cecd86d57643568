import { createMiddleware } from 'hono/factory'
import type { GatewayDependencies } from '../dependencies.ts'
import { asksForPage } from '../domain/media-types.ts'
import { bearerChallenge } from '../domain/mcp/bearer.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { answerPage } from './answer-error.ts'
import { securityHeaders } from './security-headers.ts'

/**
 * Tells a person who opened the address of the MCP endpoint in a browser what it is for. The status stays that of a request without a
 * token, with the challenge that clients look for; whatever else comes, with an origin or a token, goes on to the endpoint.
 */
export function answerVisitors({ settings }: Pick<GatewayDependencies, 'settings'>) {
  const addHeaders = securityHeaders({ settings })
  const challenge = bearerChallenge(settings.publicUrl, { reason: 'no_token' })
  return createMiddleware<GatewayEnv>(async (c, next) => {
    if (!isVisit(c.req.raw)) return next()
    await addHeaders(c, async () => {
      c.res = await answerPage(c, {
        status: 401,
        headers: { 'www-authenticate': challenge },
        page: {
          title: 'This address is for your AI client',
          message: 'It is the right one, but it is not a page: an application connects to it, and signs you in by your browser.',
          advice: 'Copy the address from the top of this window into your application, as that of an MCP server.',
          link: { href: '/', text: 'How that is done in Claude, ChatGPT, Cursor and others' },
        },
      })
    })
    return undefined
  })
}

/** Browsers send no origin when they open an address, and no client of the protocol asks for a page. */
function isVisit({ method, headers }: Request): boolean {
  return method === 'GET' && asksForPage(headers.get('accept')) && !headers.has('authorization') && !headers.has('origin')
}
