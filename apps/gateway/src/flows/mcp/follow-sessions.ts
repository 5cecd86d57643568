import { pause } from '@fjmcp-broker/shared/pause'
import type { SessionFilter } from '../../store/session-listing.ts'
import { type ReportingSessions, reportSessions, type SessionReport } from './report-sessions.ts'

/** What whoever follows sessions is told. */
export type SessionChange =
  /** It is new or has changed. */
  | { readonly session: SessionReport }
  /** It is no more; this was last told of it. */
  | { readonly ended: SessionReport }
  /** There are more than are followed: the older ones are left out. */
  | { readonly isPart: true }

/** How often it is looked whether something has changed: what a child does shows nowhere else. */
const standardIntervalMs = 1_000

/** Tells of the newest sessions that fit, and then of each change of them, until it is ended. Rejects when it cannot look any more. */
export async function followSessions(
  deps: ReportingSessions,
  { filter, limit, ended, onChange, untilTaken, intervalMs = standardIntervalMs }: Following,
): Promise<void> {
  const told = new Map<string, { readonly session: SessionReport; readonly text: string }>()
  let isToldPart = false
  while (!ended.aborted) {
    const { sessions, next } = await reportSessions(deps, filter, { limit })
    // The newest last, as in a log.
    for (const session of sessions.toReversed()) {
      const text = JSON.stringify(session)
      if (told.get(session.id)?.text === text) continue
      told.set(session.id, { session, text })
      onChange({ session })
    }
    const shown = new Set(sessions.map(({ id }) => id))
    for (const [id, { session }] of told) {
      if (shown.has(id)) continue
      told.delete(id)
      // Else it only has no room any more among the newest.
      if ((await deps.store.sessionListing.find(id)) === undefined) onChange({ ended: session })
    }
    const isPart = next !== undefined
    if (isPart && !isToldPart) onChange({ isPart })
    isToldPart = isPart
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
