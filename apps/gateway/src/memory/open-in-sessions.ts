import type { Session } from '../store/session-store.ts'

type Owned = Pick<Session, 'id' | 'userId'>

/** What is open in sessions: calls that are read for a client, and streams. A session in which something is open is not idle. */
export interface OpenInSessions {
  /** @param end Called once when the session ends; returns how to take it out again when it is over by itself. */
  add(session: Owned, end?: () => void): () => void
  /** The sessions of a user, or of all, in which something is open. */
  listBusy(userId?: string): readonly string[]
  /** Ends what is open in a session that has ended. */
  end(sessionId: string): void
}

export function createOpenInSessions(): OpenInSessions {
  const open = new Map<string, { readonly userId: string; readonly ends: Set<() => void> }>()
  return {
    add({ id, userId }, end = () => {}) {
      const own = open.get(id) ?? { userId, ends: new Set() }
      open.set(id, own)
      // Each is one of its own, though two were given the same function.
      const entry = () => end()
      own.ends.add(entry)
      return () => {
        own.ends.delete(entry)
        if (own.ends.size === 0 && open.get(id) === own) open.delete(id)
      }
    },
    listBusy: (userId) => [...open].filter(([, own]) => userId === undefined || own.userId === userId).map(([id]) => id),
    end(sessionId) {
      const own = open.get(sessionId)
      open.delete(sessionId)
      for (const end of own?.ends ?? []) end()
    },
  }
}
