import type { OpenInSessions } from '../../memory/open-in-sessions.ts'
import type { SessionDescriptions } from '../../memory/session-descriptions.ts'
import type { EndedSession } from '../../store/session-store.ts'
import { letGoOfSessions, type LettingGo } from '../access/let-go-of-sessions.ts'

export type ReleasingSessions = LettingGo & {
  readonly descriptions: SessionDescriptions
  readonly openInSessions: OpenInSessions
}

/**
 * Ends what is left of sessions whose rows are gone: their streams, and what the runner has of them. A runner out of reach is no obstacle: it
 * is told later. Never rejects.
 *
 * @param by Who ended them: their client, the operator, the limit of sessions, or that nobody used them.
 * @returns Whether the runner has done it already.
 */
export async function releaseSessions(
  deps: ReleasingSessions,
  { ended, by }: { readonly ended: readonly Pick<EndedSession, 'id'>[]; readonly by: 'client' | 'operator' | 'limit' | 'idle' },
): Promise<boolean> {
  if (ended.length === 0) return true
  for (const { id } of ended) {
    deps.descriptions.end({ id })
    deps.openInSessions.end(id)
    deps.log.info('session_ended', { session: id, by })
  }
  return letGoOfSessions(deps, { sessionIds: ended.map(({ id }) => id) })
}
