import type { LiveSessions } from '../../memory/live-sessions.ts'
import type { Session } from '../../store/session-store.ts'
import { releaseSessions, type ReleasingSessions } from './release-sessions.ts'

/** Ends a session as its client asked: its row first, so that it stays ended, then all else. Resolves to false when it was gone. */
export async function endSession(deps: ReleasingSessions & { readonly sessions: LiveSessions }, session: Session): Promise<boolean> {
  const ended = await deps.sessions.end(session)
  if (ended) await releaseSessions(deps, { ended: [session], by: 'client' })
  return ended
}
