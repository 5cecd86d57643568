import { RunnerUnavailable, type Runner, type SessionActivity } from '@fjmcp-broker/shared/runner/runner'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import { sessionKey } from '../../memory/session-descriptions.ts'
import type { Page } from '../../store/access-listing.ts'
import type { ListedSession, SessionFilter } from '../../store/session-listing.ts'
import type { Store } from '../../store/store.ts'

/** A session, and what goes on in it; null where the runner could not be asked. */
export interface SessionReport extends ListedSession {
  readonly activity: Omit<SessionActivity, 'key'> | null
}

export interface SessionReports {
  readonly sessions: readonly SessionReport[]
  /** The `after` of the next part; undefined where this is the last. */
  readonly next: string | undefined
}

export interface ReportingSessions {
  readonly store: Pick<Store, 'sessionListing'>
  readonly sessions: Pick<LiveSessions, 'lastUseOf'>
  readonly runner: Pick<Runner, 'sessions'>
}

/** Lists sessions, the newest first, each with what the runner has of it. Uses until now are told, and none is written for it. */
export async function reportSessions(deps: ReportingSessions, filter: SessionFilter, page: Page): Promise<SessionReports> {
  const { rows, next } = await deps.store.sessionListing.list(filter, page)
  const activities = await readActivities(deps)
  return { sessions: rows.map((row) => toReport(deps, row, activities)), next }
}

/** Reports one session; undefined where there is none of this id. */
export async function reportSession(deps: ReportingSessions, id: string): Promise<SessionReport | undefined> {
  const row = await deps.store.sessionListing.find(id)
  return row && toReport(deps, row, await readActivities(deps))
}

type Activities = ReadonlyMap<string, Omit<SessionActivity, 'key'>> | undefined

async function readActivities({ runner }: ReportingSessions): Promise<Activities> {
  try {
    const activities = await runner.sessions()
    return new Map(activities.map(({ key, ...activity }) => [key, activity]))
  } catch (error) {
    if (error instanceof RunnerUnavailable) return undefined
    throw error
  }
}

/** Of a session that is idle for long the runner knows nothing: it has no child then. */
function toReport({ sessions }: ReportingSessions, row: ListedSession, activities: Activities): SessionReport {
  const lastUsedAtMs = Math.max(row.lastUsedAtMs, sessions.lastUseOf({ id: row.id, userId: row.userId }) ?? 0)
  const activity = activities === undefined ? null : (activities.get(sessionKey(row)) ?? { phase: 'none', callsInFlight: 0 })
  return { ...row, lastUsedAtMs, activity }
}
