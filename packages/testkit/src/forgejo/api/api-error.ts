import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ApiContext } from './api-env.ts'

/** Forgejo's shape of a refusal. */
export function apiError(c: ApiContext, status: ContentfulStatusCode, message: string): Response {
  return c.json({ message, url: `${c.var.origin}/api/swagger` }, status)
}

export function notFound(c: ApiContext): Response {
  return c.json({ message: "The target couldn't be found.", url: `${c.var.origin}/api/swagger`, errors: [] }, 404)
}
