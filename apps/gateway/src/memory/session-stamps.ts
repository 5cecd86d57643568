import type { Session, SessionUse } from '../store/session-store.ts'

/** When sessions were used, until it is written: by user, since one user's are asked for at the limit of sessions. */
export interface SessionStamps {
  note(session: Pick<Session, 'id' | 'userId'>, atMs: number): void
  /** That of one session. */
  get(session: Pick<Session, 'id' | 'userId'>): number | undefined
  /** Those of a user, or all; they stay. */
  list(userId?: string): readonly SessionUse[]
  /** All; none stays. */
  takeAll(): readonly SessionUse[]
  /** Of a session that has ended. */
  drop(session: Pick<Session, 'id' | 'userId'>): void
}

export function createSessionStamps(): SessionStamps {
  const stamps = new Map<string, Map<string, number>>()

  function list(userId?: string): readonly SessionUse[] {
    const whose = userId === undefined ? [...stamps.values()] : [stamps.get(userId) ?? []]
    return whose.flatMap((ofUser) => [...ofUser].map(([sessionId, atMs]) => ({ sessionId, atMs })))
  }

  return {
    note({ id, userId }, atMs) {
      const ofUser = stamps.get(userId)
      if (ofUser === undefined) stamps.set(userId, new Map([[id, atMs]]))
      else ofUser.set(id, atMs)
    },
    get: ({ id, userId }) => stamps.get(userId)?.get(id),
    list,
    takeAll() {
      const all = list()
      stamps.clear()
      return all
    },
    drop({ id, userId }) {
      const ofUser = stamps.get(userId)
      ofUser?.delete(id)
      if (ofUser?.size === 0) stamps.delete(userId)
    },
  }
}
