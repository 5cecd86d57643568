import { and, eq, gt, inArray, type SQL } from 'drizzle-orm'
import type { AccessStore } from '../access-store.ts'
import type { Database } from './connection.ts'
import { livingAccessTokens, livingCodes, livingRefreshTokens } from './living-tokens.ts'
import { accessTokens, authorizationCodes, clients, credentials, grants, refreshTokens, sessions, signIns, users } from './schema.ts'

/** Ends users, clients and grants; what belongs to them goes by the references between the tables. */
export function createAccessStore(db: Database): AccessStore {
  return {
    async endGrant(grantId, nowMs) {
      const which = eq(grants.id, grantId)
      const [counted, ended, [grant]] = await db.batch([
        count(which, nowMs),
        sessionsOf(which),
        db.delete(grants).where(which).returning({ userId: grants.userId, clientId: grants.clientId }),
      ])
      return grant === undefined ? undefined : { ...grant, ...sum(counted, ended) }
    },
    async endClient(clientId, nowMs) {
      const which = eq(grants.clientId, clientId)
      const [counted, ended, underWay, [client]] = await db.batch([
        count(which, nowMs),
        sessionsOf(which),
        db
          .select({ id: signIns.id })
          .from(signIns)
          .where(and(eq(signIns.clientId, clientId), gt(signIns.expiresAtMs, nowMs))),
        db.delete(clients).where(eq(clients.id, clientId)).returning({ name: clients.name }),
      ])
      return client === undefined ? undefined : { ...client, signIns: underWay.length, ...sum(counted, ended) }
    },
    async endUser(userId, nowMs) {
      const which = eq(grants.userId, userId)
      const [counted, ended, [credential], [user]] = await db.batch([
        count(which, nowMs),
        sessionsOf(which),
        db.select({ generation: credentials.generation }).from(credentials).where(eq(credentials.userId, userId)),
        db.delete(users).where(eq(users.id, userId)).returning({ login: users.login }),
      ])
      return user === undefined ? undefined : { ...user, credentialGeneration: credential?.generation, ...sum(counted, ended) }
    },
  }

  /** How much hangs on each of these grants. */
  function count(which: SQL, nowMs: number) {
    return db
      .select({
        accessTokens: db.$count(accessTokens, livingAccessTokens(eq(accessTokens.grantId, grants.id), nowMs)),
        refreshTokens: db.$count(refreshTokens, livingRefreshTokens(eq(refreshTokens.grantId, grants.id), nowMs)),
        codes: db.$count(authorizationCodes, livingCodes(eq(authorizationCodes.grantId, grants.id), nowMs)),
      })
      .from(grants)
      .where(which)
  }

  function sessionsOf(which: SQL) {
    const ids = db.select({ id: grants.id }).from(grants).where(which)
    return db.select({ id: sessions.id }).from(sessions).where(inArray(sessions.grantId, ids))
  }
}

interface Count {
  readonly accessTokens: number
  readonly refreshTokens: number
  readonly codes: number
}

function sum(counted: readonly Count[], ended: readonly { readonly id: string }[]) {
  return {
    grants: counted.length,
    tokens: counted.reduce((tokens, count) => tokens + count.accessTokens + count.refreshTokens + count.codes, 0),
    sessionIds: ended.map(({ id }) => id),
  }
}
