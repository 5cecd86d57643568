import { and, desc, eq } from 'drizzle-orm'
import type { SessionListing } from '../session-listing.ts'
import type { Database } from './connection.ts'
import { equals, follows, toListing } from './listing-page.ts'
import { clients, sessions, users } from './schema.ts'

export function createSessionListing(db: Database): SessionListing {
  return {
    async list({ userId, clientId }, page) {
      const rows = await select()
        .where(and(equals(sessions.userId, userId), equals(sessions.clientId, clientId), follows(sessions.id, page)))
        .orderBy(desc(sessions.id))
        .limit(page.limit + 1)
      return toListing(rows, page)
    },
    find: (id) => select().where(eq(sessions.id, id)).get(),
  }

  function select() {
    return db
      .select({
        id: sessions.id,
        userId: sessions.userId,
        userLogin: users.login,
        clientId: sessions.clientId,
        clientName: clients.name,
        grantId: sessions.grantId,
        protocolVersion: sessions.protocolVersion,
        logLevel: sessions.logLevel,
        createdAtMs: sessions.createdAtMs,
        lastUsedAtMs: sessions.lastUsedAtMs,
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .innerJoin(clients, eq(clients.id, sessions.clientId))
      .$dynamic()
  }
}
