import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { SessionKey } from '@fjmcp-broker/shared/runner/runner'
import type { Deadline } from '../deadline.ts'
import type { LiveChild } from '../pool/live-child.ts'
import type { SessionStreams } from '../streams/streams.ts'
import type { SessionState } from '../supervision/session.ts'

/** A session that the runner knows: what the gateway said of it, and what lives of it. */
export interface LiveSession {
  readonly key: SessionKey
  readonly userId: string
  accessLevel: AccessLevel
  /** When the gateway last spoke of it, in milliseconds since the Unix epoch. */
  lastUsedMs: number
  readonly streams: SessionStreams
  /** Changed by the supervisor alone. */
  state: SessionState
  child: LiveChild | undefined
  /** When it got its child, in milliseconds since the Unix epoch. */
  childSinceMs: number | undefined
  /** When the supervisor has to look at it next. */
  deadline: Deadline | undefined
  /** Called once as soon as no process of the session is left. */
  readonly onceGone: Set<() => void>
}
