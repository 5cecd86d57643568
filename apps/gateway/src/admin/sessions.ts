import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import type { RecordEvent } from '../domain/audit/audit-event.ts'
import { followSessions } from '../flows/mcp/follow-sessions.ts'
import { releaseSessions, type ReleasingSessions } from '../flows/mcp/release-sessions.ts'
import { reportSession, reportSessions } from '../flows/mcp/report-sessions.ts'
import type { LiveSessions } from '../memory/live-sessions.ts'
import type { SessionFilter } from '../store/session-listing.ts'
import { findUser } from './find-user.ts'
import { questionFailed } from './question-failed.ts'
import { readQuery } from './read-query.ts'
import { type Refusal, refuse } from './refuse.ts'
import { streamLines } from './stream-lines.ts'

type Deps = Pick<GatewayDependencies, 'store'> & ReleasingSessions & { readonly sessions: LiveSessions; readonly record: RecordEvent }

/** The sessions that there are and what goes on in them: listed, followed, shown, and ended one by one or all of a user or a client. */
export function sessionRoutes(deps: Deps): Hono {
  const app = new Hono()

  app.get('/sessions', async (c) => {
    const asked = await readListing(deps, c)
    if (!asked.ok) return refuse(c, asked.error)
    const { filter, ...page } = asked.value
    const { sessions, next = null } = await reportSessions(deps, filter, page)
    return c.json({ sessions, next })
  })

  app.get('/sessions/follow', async (c) => {
    const asked = await readListing(deps, c)
    if (!asked.ok) return refuse(c, asked.error)
    return streamLines(async ({ send, untilTaken, closed }) => {
      const ended = AbortSignal.any([closed, deps.stopping])
      try {
        await followSessions(deps, { ...asked.value, ended, onChange: send, untilTaken })
      } catch (error) {
        // The stream breaks off: who follows asks again, and is told why.
        questionFailed(deps.log, { path: c.req.path, error })
        throw error
      }
    })
  })

  app.get('/sessions/:session', async (c) => {
    const session = await reportSession(deps, c.req.param('session'))
    return session === undefined ? refuse(c, noSession(c.req.param('session'))) : c.json({ session })
  })

  app.delete('/sessions/:session', async (c) => {
    const ended = await deps.sessions.endOf({ id: c.req.param('session') })
    const [session] = ended
    if (session === undefined) return refuse(c, noSession(c.req.param('session')))
    const childrenEnded = await releaseSessions(deps, { ended, by: 'operator' })
    const { id, userId, clientId, grantId } = session
    deps.record({ type: 'sessions_ended', userId, clientId, grantId, details: { by: 'operator', sessions: 1, sessionId: id } })
    return c.json({ ended: { sessions: 1, childrenEnded } })
  })

  app.delete('/sessions', async (c) => {
    const asked = await readFilter(deps, c)
    if (!asked.ok) return refuse(c, asked.error)
    const { userId, clientId } = asked.value
    if (userId === undefined && clientId === undefined) return refuse(c, nobodyNamed)
    const ended = await deps.sessions.endOf(asked.value)
    const sessions = ended.length
    if (sessions === 0) return refuse(c, noneFits)
    const childrenEnded = await releaseSessions(deps, { ended, by: 'operator' })
    deps.record({ type: 'sessions_ended', userId, clientId, details: { by: 'operator', sessions } })
    return c.json({ ended: { sessions, childrenEnded } })
  })
  return app
}

const owner = z.object({ user: z.string().optional(), clientId: z.string().optional() })
const listing = owner.extend({ limit: z.coerce.number().int().min(1).max(1_000).default(100), after: z.string().optional() })

async function readListing(deps: Deps, c: Context): Promise<Result<ListingAsked, Refusal>> {
  const asked = readQuery(listing, c.req.query())
  if (!asked.ok) return asked
  const filter = await readFilter(deps, c)
  return filter.ok ? ok({ filter: filter.value, limit: asked.value.limit, after: asked.value.after }) : filter
}

interface ListingAsked {
  readonly filter: SessionFilter
  readonly limit: number
  readonly after: string | undefined
}

async function readFilter({ store }: Deps, c: Context): Promise<Result<SessionFilter, Refusal>> {
  const asked = readQuery(owner, c.req.query())
  if (!asked.ok) return asked
  const { user: named, clientId } = asked.value
  if (named === undefined) return ok({ clientId })
  const user = await findUser(store.accessListing, named)
  return user.ok ? ok({ userId: user.value.id, clientId }) : err(user.error)
}

const nobodyNamed: Refusal = { status: 400, reason: 'nobody_named', message: 'Say whose sessions shall end: a user, a client, or both.' }

const noneFits: Refusal = { status: 404, reason: 'unknown_session', message: 'No session fits, so none was ended.' }

function noSession(id: string): Refusal {
  return { status: 404, reason: 'unknown_session', message: `There is no session with the id ${id}, or no longer.` }
}
