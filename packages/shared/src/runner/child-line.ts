import { z } from 'zod'
import { err, ok, type Result } from '../result.ts'

/** What the runner writes, one JSON object a line, to the standard input of the gateway that it started. */
export type ChildLine = z.output<typeof childLine>

const pid = z.int().min(2)

const childLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('child_started'), pid, startTime: z.string().nullable() }),
  z.object({ type: z.literal('child_ended'), pid }),
])

/** Parses one line; the failure says what is wrong with it. */
export function parseChildLine(text: string): Result<ChildLine, string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return err('not JSON')
  }
  const parsed = childLine.safeParse(value)
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error))
}
