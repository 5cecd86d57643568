import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Answers the operator's command that a question cannot be answered: the command prints the message, and the reason in JSON. */
export function refuse(
  c: Context,
  { status, reason, message }: { readonly status: ContentfulStatusCode; readonly reason: string; readonly message: string },
): Response {
  return c.json({ error: { reason, message } }, status)
}
