import { eq, sql } from 'drizzle-orm'
import type { SessionStore } from '../session-store.ts'
import type { Database } from './connection.ts'
import { sessions } from './schema.ts'

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
    async insert(session) {
      await db.insert(sessions).values({ ...session, lastUsedAtMs: session.createdAtMs })
    },
    find: (hash) => sessionByHash.get({ hash }),
    async setLogLevel(id, level) {
      await db.update(sessions).set({ logLevel: level }).where(eq(sessions.id, id))
    },
    async end(id) {
      const ended = await db.delete(sessions).where(eq(sessions.id, id))
      return ended.rowsAffected === 1
    },
    count: () => db.$count(sessions),
    async touch(sessionIds, nowMs) {
      if (sessionIds.length === 0) return
      // One parameter however many there are: SQLite takes 32,766 at most.
      await db
        .update(sessions)
        .set({ lastUsedAtMs: sql`max(${sessions.lastUsedAtMs}, ${nowMs})` })
        .where(sql`${sessions.id} in (select value from json_each(${JSON.stringify(sessionIds)}))`)
    },
  }
}
