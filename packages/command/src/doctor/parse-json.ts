import type { z } from 'zod'

/** Reads a text as JSON of a certain form; undefined where it is anything else. */
export function parseJson<Value>(text: string, schema: z.ZodType<Value>): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
