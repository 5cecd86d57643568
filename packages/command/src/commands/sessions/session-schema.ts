import type { SessionChange } from '@fjmcp-broker/gateway/flows/mcp/follow-sessions'
import type { SessionReport } from '@fjmcp-broker/gateway/flows/mcp/report-sessions'
import { childPhases } from '@fjmcp-broker/shared/runner/runner'
import { z } from 'zod'

// Names come from strangers: they are made harmless where they are printed as text, and escaped in JSON.

export const sessionSchema = z.object({
  id: z.string(),
  userId: z.string(),
  userLogin: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  grantId: z.string(),
  protocolVersion: z.string(),
  logLevel: z.string().nullable(),
  createdAtMs: z.number(),
  lastUsedAtMs: z.number(),
  activity: z
    .object({
      phase: z.enum(childPhases),
      callsInFlight: z.number(),
      childSinceMs: z.number().optional(),
      memoryBytes: z.number().optional(),
    })
    .nullable(),
}) satisfies z.ZodType<SessionReport>

export const changeSchema = z.union([
  z.object({ session: sessionSchema }),
  z.object({ ended: sessionSchema }),
  z.object({ isPart: z.literal(true) }),
]) satisfies z.ZodType<SessionChange>

export const endedSchema = z.object({ ended: z.object({ sessions: z.number(), childrenEnded: z.boolean() }) })

export type Session = z.output<typeof sessionSchema>
