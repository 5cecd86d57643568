import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import type { GatewayDependencies } from '../../dependencies.ts'
import type { Session } from '../../store/session-store.ts'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import { type SessionDescriptions, sessionKey } from '../../memory/session-descriptions.ts'

/**
 * Ends a session: its row first, so that it stays ended, then what the runner has of it. Resolves to false when it was gone. A runner out
 * of reach is no obstacle: it lets sessions that nobody uses go by itself.
 */
export async function endSession(
  deps: Pick<GatewayDependencies, 'runner' | 'log'> & { readonly sessions: LiveSessions; readonly descriptions: SessionDescriptions },
  session: Session,
): Promise<boolean> {
  const ended = await deps.sessions.end(session)
  deps.descriptions.end(session)
  try {
    await deps.runner.end(sessionKey(session))
  } catch (error) {
    if (!(error instanceof RunnerUnavailable)) throw error
    deps.log.warn('session_end_not_told', { session: session.id })
  }
  if (ended) deps.log.info('session_ended', { session: session.id, by: 'client' })
  return ended
}
