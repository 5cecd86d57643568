import type { OpenSessions, Session } from '../store/session-store.ts'

type Owned = Pick<Session, 'id' | 'userId'>

/** What is open in sessions: calls that are read for a client, and streams. A session in which something is open is not idle. */
export interface OpenInSessions {
  /** A call's end is the runner's to tell. Returns how to take it out again when it is over. */
  addCall(session: Owned): () => void
  /** @param end Called once when the session ends; returns how to take it out again when it is over by itself. */
  addStream(session: Owned, end: () => void): () => void
  /** The sessions of a user, or of all, in which something is open. */
  list(userId?: string): OpenSessions
  /** Ends what is open in a session that has ended. */
  end(sessionId: string): void
}

interface OpenInSession {
  readonly userId: string
  /** Told when the session ends; a call hears nothing here. */
  readonly streams: Set<() => void>
  calls: number
}

export function createOpenInSessions(): OpenInSessions {
  const open = new Map<string, OpenInSession>()

  function take({ id, userId }: Owned): OpenInSession {
    const own = open.get(id) ?? { userId, streams: new Set(), calls: 0 }
    open.set(id, own)
    return own
  }

  function tidy(id: string, own: OpenInSession): void {
    if (own.streams.size === 0 && own.calls === 0 && open.get(id) === own) open.delete(id)
  }

  return {
    addCall(session) {
      const own = take(session)
      own.calls += 1
      let isOver = false
      return () => {
        if (!isOver) own.calls -= 1
        isOver = true
        tidy(session.id, own)
      }
    },
    addStream(session, end) {
      const own = take(session)
      // Each is one of its own, though two were given the same function.
      const entry = () => end()
      own.streams.add(entry)
      return () => {
        own.streams.delete(entry)
        tidy(session.id, own)
      }
    },
    list(userId) {
      const owned = [...open].filter(([, own]) => userId === undefined || own.userId === userId)
      const where = (is: (own: OpenInSession) => boolean) => owned.filter(([, own]) => is(own)).map(([id]) => id)
      return { calls: where(({ calls }) => calls > 0), streams: where(({ streams }) => streams.size > 0) }
    },
    end(sessionId) {
      const own = open.get(sessionId)
      open.delete(sessionId)
      for (const end of own?.streams ?? []) end()
    },
  }
}
