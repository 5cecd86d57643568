import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import type { EndedSession, Session, SessionEviction, SessionStore, WhichSessions } from '../store/session-store.ts'
import type { OpenInSessions } from './open-in-sessions.ts'
import { createReadThrough } from './read-through.ts'
import { createSessionRoom, type SessionLimits, type TooMany } from './session-room.ts'
import { createSessionStamps } from './session-stamps.ts'
import { createUserTurns } from './user-turns.ts'

/**
 * The rows of sessions, behind a bounded memory: this process alone changes them, so what it remembers holds. Use is recorded many
 * sessions at a time.
 */
export interface LiveSessions {
  /** Adds a session; at a limit others end for it, idle ones first. Returns those. */
  add(session: Session): Promise<readonly EndedSession[]>
  /** Finds a session by the hash of its MCP id, for its owner only: somebody else's is unknown. */
  find(hash: string, owner: SessionOwner): Promise<Session | undefined>
  /** Stores what the client set; returns the session as it is from now on. */
  setLogLevel(session: Session, level: string): Promise<Session>
  /** Ends a session; false when it was gone. */
  end(session: EndedSession): Promise<boolean>
  /** Ends the sessions that all of this is true of, none where nothing is said; returns them. */
  endOf(which: WhichSessions): Promise<readonly EndedSession[]>
  /** Ends some of the sessions that were not used since before `usedBeforeMs`; returns them, none when no more are left. */
  endIdle(usedBeforeMs: number): Promise<readonly EndedSession[]>
  /** Forgets sessions that have ended in the store together with their grant. */
  forget(sessionIds: readonly string[]): void
  /** When a session was used last, in milliseconds since the Unix epoch, where that is not written yet. */
  lastUseOf(session: Pick<Session, 'id' | 'userId'>): number | undefined
  /** Writes the uses that were not written yet: call it before the store closes. A failure is logged, the uses are lost. */
  flush(): Promise<void>
}

export interface SessionOwner {
  readonly userId: string
  readonly clientId: string
}

/** Ended in one write, while which the database does nothing else. */
const idleAtOnce = 500
/** Written in one go, for the same reason. */
const usesAtOnce = 2_000

/** @param touchIntervalMs How long a use waits to be written, at most. */
export function createLiveSessions({
  store,
  openInSessions,
  limits,
  clock,
  log,
  touchIntervalMs = 60_000,
}: {
  readonly store: { readonly sessions: SessionStore }
  readonly openInSessions: Pick<OpenInSessions, 'list'>
  readonly limits: SessionLimits
  readonly clock: Clock
  readonly log: Log
  readonly touchIntervalMs?: number
}): LiveSessions {
  const remembered = createReadThrough<Session>({ limit: limits.inAll, find: (hash) => store.sessions.find(hash) })
  const stamps = createSessionStamps()
  const room = createSessionRoom({ store: store.sessions, limits })
  /** The database does one thing at a time, for everybody. */
  const turns = createUserTurns()
  let timer: ReturnType<typeof setTimeout> | undefined

  function recordUse(session: Session): void {
    stamps.note(session, clock())
    timer ??= setTimeout(() => void flush(), touchIntervalMs)
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const uses = stamps.takeAll()
    try {
      for (let from = 0; from < uses.length; from += usesAtOnce) await store.sessions.touch(uses.slice(from, from + usesAtOnce))
    } catch (error) {
      log.warn('session_use_lost', { sessions: uses.length, detail: String(error) })
    }
  }

  function toEviction({ userId, number }: TooMany): SessionEviction {
    return { userId, number, open: openInSessions.list(userId), uses: stamps.list(userId) }
  }

  function drop(ended: readonly EndedSession[]): readonly EndedSession[] {
    for (const session of ended) {
      remembered.forget(session.hash)
      stamps.drop(session)
    }
    return ended
  }

  async function endMany(end: () => Promise<readonly EndedSession[]>): Promise<readonly EndedSession[]> {
    const giveBack = room.ending()
    const ended = await end()
    giveBack(ended.map(({ userId }) => userId))
    return drop(ended)
  }

  async function add(session: Session): Promise<readonly EndedSession[]> {
    let place = room.take(session.userId)
    while (place === undefined) {
      await room.count()
      place = room.take(session.userId)
    }
    const { tooMany } = place
    try {
      const ended = await store.sessions.insert(session, tooMany && toEviction(tooMany))
      remembered.set(session.hash, session)
      place.stored(ended.map(({ userId }) => userId))
      return drop(ended)
    } catch (error) {
      place.failed()
      throw error
    }
  }

  async function setLogLevel(session: Session, level: string): Promise<Session> {
    await store.sessions.setLogLevel(session.id, level).finally(() => remembered.forget(session.hash))
    return { ...session, logLevel: level }
  }

  return {
    add: (session) => turns.take(session.userId, () => add(session)),
    async find(hash, owner) {
      const session = remembered.known(hash) ?? (await turns.take(owner.userId, () => remembered.get(hash)))
      if (session === undefined || session.userId !== owner.userId || session.clientId !== owner.clientId) return undefined
      recordUse(session)
      return session
    },
    setLogLevel: (session, level) => turns.take(session.userId, () => setLogLevel(session, level)),
    async end(session) {
      const giveBack = room.ending()
      const ended = await store.sessions.end(session.id).finally(() => remembered.forget(session.hash))
      if (ended) giveBack([session.userId])
      stamps.drop(session)
      return ended
    },
    endOf: (which) => endMany(() => store.sessions.endOf(which)),
    async endIdle(usedBeforeMs) {
      await flush()
      return endMany(() => store.sessions.endIdle(usedBeforeMs, idleAtOnce))
    },
    forget(sessionIds) {
      if (sessionIds.length === 0) return
      const gone = new Set(sessionIds)
      remembered.forgetWhere(({ id, userId }) => {
        if (!gone.has(id)) return false
        stamps.drop({ id, userId })
        return true
      })
      room.recount()
    },
    lastUseOf: (session) => stamps.get(session),
    flush,
  }
}
