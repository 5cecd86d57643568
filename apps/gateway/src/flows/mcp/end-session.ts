import type { Session } from '../../store/session-store.ts'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import type { SessionDescriptions } from '../../memory/session-descriptions.ts'
import { letGoOfSessions, type LettingGo } from '../access/let-go-of-sessions.ts'

/**
 * Ends a session: its row first, so that it stays ended, then what the runner has of it. Resolves to false when it was gone. A runner out
 * of reach is no obstacle: it is told later.
 */
export async function endSession(
  deps: LettingGo & { readonly sessions: LiveSessions; readonly descriptions: SessionDescriptions },
  session: Session,
): Promise<boolean> {
  const ended = await deps.sessions.end(session)
  deps.descriptions.end(session)
  await letGoOfSessions(deps, { sessionIds: [session.id] })
  if (ended) deps.log.info('session_ended', { session: session.id, by: 'client' })
  return ended
}
