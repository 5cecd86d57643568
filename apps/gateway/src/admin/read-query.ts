import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { z } from 'zod'
import type { Refusal } from './refuse.ts'

/** Reads what the query of a question asks for; a refusal says what is wrong with it. */
export function readQuery<Asked>(schema: z.ZodType<Asked>, query: Readonly<Record<string, unknown>>): Result<Asked, Refusal> {
  const asked = schema.safeParse(query)
  if (asked.success) return ok(asked.data)
  const wrong = asked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  return err({ status: 400, reason: 'wrong_filter', message: `The broker does not take this filter: ${wrong}` })
}
