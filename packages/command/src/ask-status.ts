import { errorCode } from '@fjmcp-broker/shared/error-code'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { Agent, request } from 'undici'
import { z } from 'zod'
import { printable } from './printable.ts'

// Names and versions come from the child program.
const text = z.string().transform(printable)

const statusSchema = z.object({
  version: text,
  publicUrl: text,
  forgejoUrl: text,
  healthy: z.boolean(),
  storeAnswers: z.boolean(),
  forgejo: z.object({ state: z.enum(['unknown', 'reached', 'not_reached']), detail: text.optional() }),
  runner: z
    .object({
      startedAtMs: z.number(),
      isolation: text,
      child: z.discriminatedUnion('state', [
        z.object({ state: z.literal('unknown') }),
        z.object({ state: z.literal('ok'), name: text.nullable(), version: text.nullable() }),
        z.object({ state: z.literal('error'), detail: text }),
      ]),
      sessions: z.number(),
      children: z.number(),
      callsInFlight: z.number(),
    })
    .optional(),
})

/** What a running broker says of itself. */
export type BrokerStatus = z.output<typeof statusSchema>

/** Why no broker told its status; `code` is the system's name for it. */
export interface NoStatus {
  readonly reason: 'no_socket' | 'nobody_listens' | 'not_permitted' | 'no_answer'
  readonly code: string
}

/** Asks the broker that listens on this admin socket how it is. */
export async function askStatus(path: string, timeoutMs = 10_000): Promise<Result<BrokerStatus, NoStatus>> {
  const agent = new Agent({ connect: { socketPath: path } })
  try {
    const response = await request('http://admin/status', { dispatcher: agent, signal: AbortSignal.timeout(timeoutMs) })
    return ok(statusSchema.parse(await response.body.json()))
  } catch (error) {
    const code = errorCode(error) ?? (error instanceof Error ? error.name : 'unknown')
    return err({ reason: reasons[code] ?? 'no_answer', code })
  } finally {
    await agent.destroy()
  }
}

const reasons: Readonly<Record<string, NoStatus['reason'] | undefined>> = {
  ENOENT: 'no_socket',
  ECONNREFUSED: 'nobody_listens',
  EACCES: 'not_permitted',
  EPERM: 'not_permitted',
}
