import type { Result } from '@fjmcp-broker/shared/result'
import { z } from 'zod'
import type { AdminFailure } from './admin-failure.ts'
import { askAdmin } from './ask-admin.ts'
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

/** Why no broker told its status. */
export type NoStatus = Pick<AdminFailure, 'kind' | 'code'>

/** Asks the broker that listens on this admin socket how it is. */
export function askStatus(socketPath: string, timeoutMs?: number): Promise<Result<BrokerStatus, AdminFailure>> {
  return askAdmin({ socketPath, path: '/status', schema: statusSchema, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
}
