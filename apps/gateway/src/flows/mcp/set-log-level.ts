import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { LiveSessions } from '../../memory/live-sessions.ts'
import type { SessionDescriptions } from '../../memory/session-descriptions.ts'
import type { Session } from '../../store/session-store.ts'

/**
 * Keeps what a session's client set. A runner that knows the session is told in the background; any other is told with the session. Either
 * way the next call comes after it.
 */
export async function setLogLevel(
  { sessions, descriptions }: { readonly sessions: LiveSessions; readonly descriptions: SessionDescriptions },
  { session, accessLevel, level }: { readonly session: Session; readonly accessLevel: AccessLevel; readonly level: string },
): Promise<void> {
  const current = await sessions.setLogLevel(session, level)
  descriptions.renew(current, accessLevel)
}
