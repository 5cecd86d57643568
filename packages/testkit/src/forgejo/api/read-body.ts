import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { z } from 'zod'
import type { ApiContext } from './api-env.ts'
import { apiError } from './api-error.ts'

/** Parses a JSON body; the failure is the 422 to answer with. */
export async function readBody<Body>(c: ApiContext, schema: z.ZodType<Body>): Promise<Result<Body, Response>> {
  const text = await c.req.text()
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return ok(parsed.data)
  const [issue] = parsed.error.issues
  return err(apiError(c, 422, `[${issue?.path.join('.') ?? ''}]: ${issue?.message ?? 'Required'}`))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
