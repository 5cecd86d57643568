import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import type { Session } from '../store/session-store.ts'
import type { Store } from '../store/store.ts'
import { createReadThrough } from './read-through.ts'

/**
 * The rows of sessions, behind a bounded memory: this process alone changes them, so what it remembers holds. Use is recorded many
 * sessions at a time.
 */
export interface LiveSessions {
  add(session: Session): Promise<void>
  /** Finds a session by the hash of its MCP id, for its owner only: somebody else's is unknown. */
  find(hash: string, owner: SessionOwner): Promise<Session | undefined>
  /** Stores what the client set; returns the session as it is from now on. */
  setLogLevel(session: Session, level: string): Promise<Session>
  /** Ends a session; false when it was gone. */
  end(session: Session): Promise<boolean>
  /** Forgets sessions that have ended in the store together with their grant. */
  forget(sessionIds: readonly string[]): void
  /** Writes the uses that were not written yet: call it before the store closes. A failure is logged, the uses are lost. */
  flush(): Promise<void>
}

export interface SessionOwner {
  readonly userId: string
  readonly clientId: string
}

const rememberedSessions = 10_000

/** @param touchIntervalMs How long a use waits to be written, at most. */
export function createLiveSessions({
  store,
  clock,
  log,
  touchIntervalMs = 60_000,
}: {
  readonly store: Pick<Store, 'sessions'>
  readonly clock: Clock
  readonly log: Log
  readonly touchIntervalMs?: number
}): LiveSessions {
  const remembered = createReadThrough<Session>({ limit: rememberedSessions, find: (hash) => store.sessions.find(hash) })
  const used = new Set<string>()
  let lastUsedAtMs = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function recordUse(sessionId: string): void {
    used.add(sessionId)
    lastUsedAtMs = clock()
    timer ??= setTimeout(() => void flush(), touchIntervalMs)
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (used.size === 0) return
    const sessionIds = [...used]
    used.clear()
    try {
      await store.sessions.touch(sessionIds, lastUsedAtMs)
    } catch (error) {
      log.warn('session_use_lost', { sessions: sessionIds.length, detail: String(error) })
    }
  }

  return {
    async add(session) {
      await store.sessions.insert(session)
      remembered.set(session.hash, session)
    },
    async find(hash, owner) {
      const session = await remembered.get(hash)
      if (session === undefined || session.userId !== owner.userId || session.clientId !== owner.clientId) return undefined
      recordUse(session.id)
      return session
    },
    async setLogLevel(session, level) {
      await store.sessions.setLogLevel(session.id, level).finally(() => remembered.forget(session.hash))
      return { ...session, logLevel: level }
    },
    async end(session) {
      const ended = await store.sessions.end(session.id).finally(() => remembered.forget(session.hash))
      used.delete(session.id)
      return ended
    },
    forget(sessionIds) {
      const gone = new Set(sessionIds)
      remembered.forgetWhere(({ id }) => gone.has(id))
      for (const id of gone) used.delete(id)
    },
    flush,
  }
}
