import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { auditEventTypes } from '../domain/audit/audit-event.ts'
import { type AuditQuestion, followAudit } from '../flows/audit/follow-audit.ts'
import type { GatewayMemory } from '../memory/gateway-memory.ts'
import { StoreFailure } from '../store/store.ts'
import { refuse } from './refuse.ts'
import { streamLines } from './stream-lines.ts'

type Deps = Pick<GatewayDependencies, 'store' | 'log' | 'stopping'> & Pick<GatewayMemory, 'auditTrail'>

/**
 * The audit log. `/audit` gives the newest events that the query lets through, or with `after` the first ones after that event, in the order
 * in which they were written; `/audit/follow` gives the same, one a line, and then each that is written, until the gateway stops.
 */
export function auditRoutes(deps: Deps): Hono {
  const { log, stopping } = deps
  const app = new Hono()

  app.get('/audit', async (c) => {
    const question = await readQuestion(deps, c)
    if (question instanceof Response) return question
    return c.json(await list(deps, question))
  })

  app.get('/audit/follow', async (c) => {
    const question = await readQuestion(deps, c)
    if (question instanceof Response) return question
    return streamLines(async ({ send, closed }) => {
      const ended = AbortSignal.any([closed, stopping])
      try {
        await followAudit(deps, { ...question, ended, onEvent: send })
      } catch (error) {
        // The stream breaks off: who follows asks again, and is told why.
        if (error instanceof StoreFailure) log.error('admin_question_failed', { path: '/audit/follow', reason: error.message })
        throw error
      }
    })
  })
  return app
}

async function list({ store }: Deps, { filter, limit, position }: AuditQuestion) {
  // One more than is wanted tells whether there are more.
  const found = await (position === undefined
    ? store.auditEvents.listNewest(filter, limit + 1)
    : store.auditEvents.listAfter(position, filter, limit + 1))
  const events = position === undefined ? found.slice(-limit) : found.slice(0, limit)
  return { events, more: found.length > limit }
}

const milliseconds = z.coerce.number().int().optional()

const query = z
  .object({
    user: z.string().optional(),
    client: z.string().optional(),
    grant: z.string().optional(),
    type: z.array(z.enum(auditEventTypes)).optional(),
    since: milliseconds,
    until: milliseconds,
    after: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(10_000).default(100),
  })
  .transform(({ type: types, since: sinceMs, until: untilMs, after, limit, ...filter }) => ({
    filter: { ...filter, types, sinceMs, untilMs },
    limit,
    after,
  }))

/** A refusal where the query cannot be answered. */
async function readQuestion({ store, auditTrail }: Deps, c: Context): Promise<AuditQuestion | Response> {
  const types = c.req.queries('type')
  const asked = query.safeParse({ ...c.req.query(), type: types })
  if (!asked.success) {
    const message = `The broker does not take this filter: ${asked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`
    return refuse(c, { status: 400, reason: 'wrong_filter', message })
  }
  const { after, ...question } = asked.data
  // What happened before the question belongs to the answer.
  await auditTrail.flush()
  if (after === undefined) return { ...question, position: undefined }
  const position = await store.auditEvents.findPosition(after)
  if (position !== undefined) return { ...question, position }
  return refuse(c, { status: 404, reason: 'unknown_event', message: `There is no event ${after} in the audit log, or no longer.` })
}
