import { and, count, eq, lt, type SQL, sql } from 'drizzle-orm'
import type { SessionStore, SessionUse } from '../session-store.ts'
import type { Database } from './connection.ts'
import { equals } from './listing-page.ts'
import { sessions } from './schema.ts'
import { isEvicted } from './session-eviction.ts'

export function createSessionStore(db: Database): SessionStore {
  const sessionByHash = db
    .select({
      id: sessions.id,
      hash: sessions.hash,
      grantId: sessions.grantId,
      userId: sessions.userId,
      clientId: sessions.clientId,
      protocolVersion: sessions.protocolVersion,
      logLevel: sessions.logLevel,
      createdAtMs: sessions.createdAtMs,
    })
    .from(sessions)
    .where(eq(sessions.hash, sql.placeholder('hash')))
    .prepare()

  return {
    async insert(session, eviction) {
      const inserting = db.insert(sessions).values({ ...session, lastUsedAtMs: session.createdAtMs })
      if (eviction === undefined) {
        // Run here and now: awaited as it is, it would come after what is asked of the store next.
        await inserting.run()
        return []
      }
      const [, ended] = await db.batch([recordUses(eviction.uses), endSessions(isEvicted(eviction)), inserting])
      return ended
    },
    find: (hash) => sessionByHash.get({ hash }),
    async setLogLevel(id, level) {
      await db.update(sessions).set({ logLevel: level }).where(eq(sessions.id, id))
    },
    async end(id) {
      const ended = await db.delete(sessions).where(eq(sessions.id, id)).run()
      return ended.rowsAffected === 1
    },
    count: () => db.$count(sessions),
    async endOf({ id, userId, clientId }) {
      const which = and(equals(sessions.id, id), equals(sessions.userId, userId), equals(sessions.clientId, clientId))
      return which === undefined ? [] : endSessions(which)
    },
    endIdle: async (usedBeforeMs, limit) => endSessions(isIdle(usedBeforeMs, limit)),
    countByUser: async () => db.select({ userId: sessions.userId, sessions: count() }).from(sessions).groupBy(sessions.userId),
    async touch(uses) {
      if (uses.length > 0) await recordUses(uses)
    },
  }

  function endSessions(which: SQL | undefined) {
    return db.delete(sessions).where(which).returning({
      id: sessions.id,
      hash: sessions.hash,
      userId: sessions.userId,
      clientId: sessions.clientId,
      grantId: sessions.grantId,
    })
  }

  /** One parameter however many there are: SQLite takes 32,766 at most. */
  function recordUses(uses: readonly SessionUse[]) {
    const used = sql`json_each(${JSON.stringify(uses.map(({ sessionId, atMs }) => [sessionId, atMs]))})`
    return db
      .update(sessions)
      .set({ lastUsedAtMs: sql`max(${sessions.lastUsedAtMs}, used.value ->> 1)` })
      .from(sql`${used} as used`)
      .where(sql`${sessions.id} = used.value ->> 0`)
  }

  function isIdle(usedBeforeMs: number, limit: number): SQL {
    const idle = db
      .select({ id: sessions.id })
      .from(sessions)
      .where(lt(sessions.lastUsedAtMs, usedBeforeMs))
      .orderBy(sessions.lastUsedAtMs)
      .limit(limit)
    return sql`${sessions.id} in ${idle}`
  }
}
