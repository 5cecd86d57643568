import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { auditEventTypes } from '../domain/audit/audit-event.ts'
import { type AuditQuestion, followAudit } from '../flows/audit/follow-audit.ts'
import type { GatewayMemory } from '../memory/gateway-memory.ts'
import { questionFailed } from './question-failed.ts'
import { readQuery } from './read-query.ts'
import { type Refusal, refuse } from './refuse.ts'
import { streamLines } from './stream-lines.ts'

type Deps = Pick<GatewayDependencies, 'store' | 'log' | 'stopping'> & Pick<GatewayMemory, 'auditTrail'>

/**
 * The audit log. `/audit` gives the newest events that the query lets through, or with `after` the first ones after that event, in the order
 * in which they were written; `/audit/follow` gives the same, one a line, and then each that is written, until the gateway stops.
 */
export function auditRoutes(deps: Deps): Hono {
  const { auditTrail, log, stopping } = deps
  const app = new Hono()
  // What happened before a question belongs to its answer.
  app.use('/audit/*', async (_, next) => {
    await auditTrail.flush()
    await next()
  })

  app.get('/audit', async (c) => {
    const question = await readQuestion(deps, c)
    return question.ok ? c.json(await list(deps, question.value)) : refuse(c, question.error)
  })

  app.get('/audit/follow', async (c) => {
    const question = await readQuestion(deps, c)
    if (!question.ok) return refuse(c, question.error)
    return streamLines(async ({ send, untilTaken, closed }) => {
      const ended = AbortSignal.any([closed, stopping])
      try {
        await followAudit(deps, { ...question.value, ended, onEvent: send, untilTaken })
      } catch (error) {
        // The stream breaks off: who follows asks again, and is told why.
        questionFailed(log, { path: c.req.path, error })
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

async function readQuestion({ store }: Deps, c: Context): Promise<Result<AuditQuestion, Refusal>> {
  const asked = readQuery(query, { ...c.req.query(), type: c.req.queries('type') })
  if (!asked.ok) return asked
  const { after, ...question } = asked.value
  const position = await findPosition(store, after)
  return position.ok ? ok({ ...question, position: position.value }) : position
}

async function findPosition({ auditEvents }: Deps['store'], after: string | undefined): Promise<Result<number | undefined, Refusal>> {
  if (after === undefined) return ok(undefined)
  const position = await auditEvents.findPosition(after)
  if (position !== undefined) return ok(position)
  return err({ status: 404, reason: 'unknown_event', message: `There is no event ${after} in the audit log, or no longer.` })
}
