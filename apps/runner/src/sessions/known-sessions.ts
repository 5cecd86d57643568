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
  count(): number
  list(): readonly LiveSession[]
}

/**
 * How long a session is known after its last use once nothing is left of it: no child, no call, no stream. The gateway describes it again when
 * it is used once more, so an idle session costs nothing here.
 */
const keptUnusedMs = 60_000
const sweepIntervalMs = 30_000

export function createKnownSessions({
  supervisor,
  createStreams,
  credentials,
  clock,
  schedule,
}: {
  readonly supervisor: Pick<Supervisor, 'tell'>
  readonly createStreams: (userId: string) => SessionStreams
  readonly credentials: Pick<Credentials, 'forget'>
  readonly clock: Clock
  readonly schedule: Schedule
}): KnownSessions {
  /** Least recently used first. */
  const sessions = new Map<SessionKey, LiveSession>()
  const countByUser = new Map<string, number>()
  let isSweeping = false

  return {
    describe(description) {
      const known = sessions.get(description.key)
      if (known !== undefined) return renew(known, description)
      const session = create(description)
      sessions.set(session.key, session)
      countByUser.set(session.userId, (countByUser.get(session.userId) ?? 0) + 1)
      sweepLater()
      return session
    },
    use(key) {
      const session = sessions.get(key)
      if (session === undefined || session.state.over) return undefined
      noteUse(session)
      return session
    },
    end: (key) => end(key, 'over'),
    async endAll() {
      await Promise.all([...sessions.keys()].map((key) => end(key, 'runner_stopped')))
    },
    hasten() {
      for (const session of sessions.values()) supervisor.tell(session, { type: 'hastened' })
    },
    hasUser: (userId) => countByUser.has(userId),
    count: () => sessions.size,
    list: () => [...sessions.values()],
  }

  function create({ key, userId, accessLevel, logLevel }: SessionDescription): LiveSession {
    return {
      key,
      userId,
      accessLevel,
      lastUsedMs: clock(),
      streams: createStreams(userId),
      state: newSession(logLevel),
      child: undefined,
      childSinceMs: undefined,
      deadline: undefined,
      onceGone: new Set(),
    }
  }

  function renew(session: LiveSession, { userId, accessLevel, logLevel }: SessionDescription): LiveSession {
    if (session.userId !== userId) throw new Error('A session cannot pass from one user to another')
    session.accessLevel = accessLevel
    noteUse(session)
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
    // It may have been described anew meanwhile, or ended by somebody else and then described.
    if (!session.state.over || sessions.get(key) !== session) return
    sessions.delete(key)
    const others = (countByUser.get(session.userId) ?? 1) - 1
    if (others > 0) countByUser.set(session.userId, others)
    else {
      countByUser.delete(session.userId)
      credentials.forget(session.userId)
    }
  }

  function noteUse(session: LiveSession): void {
    session.lastUsedMs = clock()
    sessions.delete(session.key)
    sessions.set(session.key, session)
  }

  function sweepLater(): void {
    if (isSweeping || sessions.size === 0) return
    isSweeping = true
    schedule(sweepIntervalMs, sweep)
  }

  function sweep(): void {
    isSweeping = false
    const latestMs = clock() - keptUnusedMs
    for (const session of sessions.values()) {
      if (session.lastUsedMs > latestMs) break
      if (isSpent(session)) void end(session.key, 'over')
    }
    sweepLater()
  }
}

function isSpent({ state, streams }: LiveSession): boolean {
  return state.phase.name === 'absent' && state.calls.size === 0 && streams.isEmpty()
}
