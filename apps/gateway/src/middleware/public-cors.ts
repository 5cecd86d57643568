import { cors } from 'hono/cors'

/**
 * Lets clients that run in a browser call an endpoint that knows nobody by cookie, from any origin and without credentials. Answers
 * preflights itself.
 */
export function publicCors(methods: readonly ('GET' | 'POST')[]) {
  return cors({
    origin: '*',
    allowMethods: [...methods, 'OPTIONS'],
    allowHeaders: ['Authorization', 'Content-Type', 'Accept', 'Mcp-Protocol-Version'],
    exposeHeaders: ['WWW-Authenticate', 'Retry-After'],
    maxAge: 7200,
  })
}
