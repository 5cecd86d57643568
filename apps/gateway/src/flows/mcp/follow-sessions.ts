import { pause } from '@fjmcp-broker/shared/pause'
import type { SessionFilter } from '../../store/session-listing.ts'
import { type ReportingSessions, reportSessions, type SessionReport } from './report-sessions.ts'

/** A session that is new or has changed, or one that is no more. */
export type SessionChange = { readonly session: SessionReport } | { readonly ended: string }

/** How often it is looked whether something has changed: what a child does shows nowhere else. */
const standardIntervalMs = 1_000

/** Tells of the newest sessions that fit, and then of each change of them, until it is ended. Rejects when it cannot look any more. */
export async function followSessions(
  deps: ReportingSessions,
  { filter, limit, ended, onChange, untilTaken, intervalMs = standardIntervalMs }: Following,
): Promise<void> {
  const told = new Map<string, string>()
  while (!ended.aborted) {
    const { sessions } = await reportSessions(deps, filter, { limit })
    // The newest last, as in a log.
    for (const session of sessions.toReversed()) {
      const text = JSON.stringify(session)
      if (told.get(session.id) === text) continue
      told.set(session.id, text)
      onChange({ session })
    }
    const shown = new Set(sessions.map(({ id }) => id))
    for (const id of told.keys()) {
      if (shown.has(id)) continue
      told.delete(id)
      // Else it only has no room any more among the newest.
      if ((await deps.store.sessionListing.find(id)) === undefined) onChange({ ended: id })
    }
    await untilTaken()
    await pause(intervalMs, ended)
  }
}

interface Following {
  readonly filter: SessionFilter
  readonly limit: number
  readonly ended: AbortSignal
  readonly onChange: (change: SessionChange) => void
  /** Settles when the changes have been taken. */
  readonly untilTaken: () => Promise<void>
  readonly intervalMs?: number
}
