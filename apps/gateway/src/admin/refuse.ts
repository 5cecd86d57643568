import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Why a question of the operator's command cannot be answered: the command prints the message, and the reason in JSON. */
export interface Refusal {
  readonly status: ContentfulStatusCode
  readonly reason: string
  readonly message: string
}

/** Answers the operator's command that a question cannot be answered. */
export function refuse(c: Context, { status, reason, message }: Refusal): Response {
  return c.json({ error: { reason, message } }, status)
}
