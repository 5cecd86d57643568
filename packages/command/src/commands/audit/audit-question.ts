import { z } from 'zod'

/** Which events of the audit log an operator wants to see. */
export interface AuditQuestion {
  readonly user?: string | undefined
  readonly client?: string | undefined
  readonly grant?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  readonly limit: number
}

/** An event as the broker tells it. Of a newer broker it may be one that this version does not know. */
export type AuditedEvent = z.output<typeof auditedEvent>

export const auditedEvent = z.object({
  id: z.string(),
  atMs: z.number(),
  type: z.string(),
  userId: z.string().nullable(),
  userLogin: z.string().nullable(),
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  grantId: z.string().nullable(),
  address: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
})

/** The path with which the broker is asked. */
export function auditPath(path: '/audit' | '/audit/follow', question: AuditQuestion & { readonly after?: string | undefined }): string {
  const { types = [], sinceMs, untilMs, limit, user, client, grant, after } = question
  const query = new URLSearchParams({ limit: String(limit) })
  const single = { user, client, grant, after, since: sinceMs, until: untilMs }
  for (const [name, value] of Object.entries(single)) if (value !== undefined) query.set(name, String(value))
  for (const type of types) query.append('type', type)
  return `${path}?${query}`
}
