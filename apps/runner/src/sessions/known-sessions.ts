import type { Clock } from '@fjmcp-broker/shared/clock'
import type { SessionDescription, SessionKey } from '@fjmcp-broker/shared/runner/runner'
import type { Credentials } from '../credentials.ts'
import type { Schedule } from '../schedule.ts'
import type { SessionStreams } from '../streams/streams.ts'
import { hasProcess, newSession } from '../supervision/session.ts'
import type { LiveSession } from './live-session.ts'
import type { Supervisor } from './supervisor.ts'

/** The sessions that the runner knows, from their first description to their end. With a user's last session goes the user's token. */
export interface KnownSessions {
  /** Makes a session known, or renews what is known of it. Throws where the session is another user's. */
  describe(description: SessionDescription): LiveSession
  /** Finds a session that is not over, and counts as a use of it. */
  use(key: SessionKey): LiveSession | undefined
  /** Settles when the session's process is gone, and its streams with it. */
  end(key: SessionKey): Promise<void>
  /** Ends all of them because the runner ends: their calls are answered. Settles when no process is left. */
  endAll(): Promise<void>
  /** Waits no longer for processes that were asked to end. */
  hasten(): void
  hasUser(userId: string): boolean
  list(): readonly LiveSession[]
}

/**
 * How long a session without a child is known after its last use: its end may never be told. Nothing of its streams is left by then, and
 * the gateway describes it again when it is used once more.
 */
const keptUnusedMs = 24 * 3_600_000
const sweepIntervalMs = 3_600_000

export function createKnownSessions({
  supervisor,
  createStreams,
  credentials,
  clock,
  schedule,
}: {
  readonly supervisor: Pick<Supervisor, 'tell'>
  readonly createStreams: () => SessionStreams
  readonly credentials: Pick<Credentials, 'forget'>
  readonly clock: Clock
  readonly schedule: Schedule
}): KnownSessions {
  const sessions = new Map<SessionKey, LiveSession>()
  let isSweeping = false

  return {
    describe(description) {
      const known = sessions.get(description.key)
      if (known !== undefined) return renew(known, description)
      const session = create(description)
      sessions.set(session.key, session)
      sweepLater()
      return session
    },
    use(key) {
      const session = sessions.get(key)
      if (session === undefined || session.state.over) return undefined
      session.lastUsedMs = clock()
      return session
    },
    end: (key) => end(key, 'over'),
    async endAll() {
      await Promise.all([...sessions.keys()].map((key) => end(key, 'runner_stopped')))
    },
    hasten() {
      for (const session of sessions.values()) supervisor.tell(session, { type: 'hastened' })
    },
    hasUser,
    list: () => [...sessions.values()],
  }

  function create({ key, userId, accessLevel, logLevel }: SessionDescription): LiveSession {
    return {
      key,
      userId,
      accessLevel,
      lastUsedMs: clock(),
      streams: createStreams(),
      state: newSession(logLevel),
      child: undefined,
      timer: undefined,
      onceGone: new Set(),
    }
  }

  function renew(session: LiveSession, { userId, accessLevel, logLevel }: SessionDescription): LiveSession {
    if (session.userId !== userId) throw new Error('A session cannot pass from one user to another')
    session.accessLevel = accessLevel
    session.lastUsedMs = clock()
    session.child?.setAccessLevel(accessLevel)
    supervisor.tell(session, { type: 'described', logLevel })
    return session
  }

  async function end(key: SessionKey, type: 'over' | 'runner_stopped'): Promise<void> {
    const session = sessions.get(key)
    if (session === undefined) return
    supervisor.tell(session, { type })
    session.streams.clear()
    if (hasProcess(session.state)) await new Promise<void>((resolve) => session.onceGone.add(resolve))
    // It may have been described anew meanwhile.
    if (!session.state.over) return
    sessions.delete(key)
    if (!hasUser(session.userId)) credentials.forget(session.userId)
  }

  function hasUser(userId: string): boolean {
    return sessions.values().some((session) => session.userId === userId)
  }

  function sweepLater(): void {
    if (isSweeping || sessions.size === 0) return
    isSweeping = true
    schedule(sweepIntervalMs, sweep)
  }

  function sweep(): void {
    isSweeping = false
    const latestMs = clock() - keptUnusedMs
    for (const { key, lastUsedMs, state } of sessions.values()) {
      if (lastUsedMs <= latestMs && !hasProcess(state)) void end(key, 'over')
    }
    sweepLater()
  }
}
