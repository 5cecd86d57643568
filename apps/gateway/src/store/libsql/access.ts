import { and, eq, gt, inArray, type SQL } from 'drizzle-orm'
import type { AccessStore, EndedAccess, EndedGrant } from '../access-store.ts'
import type { Database } from './connection.ts'
import { livingAccessTokens, livingCodes, livingRefreshTokens } from './living-tokens.ts'
import { accessTokens, authorizationCodes, clients, credentials, grants, refreshTokens, sessions, signIns, users } from './schema.ts'

/** Ends users, clients and grants; what belongs to them goes by the references between the tables. */
export function createAccessStore(db: Database): AccessStore {
  return {
    async endGrant(grantId, nowMs) {
      const which = eq(grants.id, grantId)
      const [ended, sessionIds] = await db.batch([grantsOf(which, nowMs), sessionsOf(which), db.delete(grants).where(which)])
      return ended.length === 0 ? undefined : toEnded(ended, sessionIds)
    },
    async endClient(clientId, nowMs) {
      const which = eq(grants.clientId, clientId)
      const [ended, sessionIds, underWay, [client]] = await db.batch([
        grantsOf(which, nowMs),
        sessionsOf(which),
        db
          .select({ id: signIns.id })
          .from(signIns)
          .where(and(eq(signIns.clientId, clientId), gt(signIns.expiresAtMs, nowMs))),
        db.delete(clients).where(eq(clients.id, clientId)).returning({ name: clients.name }),
      ])
      return client === undefined ? undefined : { ...client, signIns: underWay.length, ...toEnded(ended, sessionIds) }
    },
    async endUser(userId, nowMs) {
      const which = eq(grants.userId, userId)
      const [ended, sessionIds, [credential], [user]] = await db.batch([
        grantsOf(which, nowMs),
        sessionsOf(which),
        db.select({ generation: credentials.generation }).from(credentials).where(eq(credentials.userId, userId)),
        db.delete(users).where(eq(users.id, userId)).returning({ login: users.login }),
      ])
      return user === undefined ? undefined : { ...user, credentialGeneration: credential?.generation, ...toEnded(ended, sessionIds) }
    },
  }

  /** These grants, and how much hangs on each. */
  function grantsOf(which: SQL, nowMs: number) {
    return db
      .select({
        id: grants.id,
        userId: grants.userId,
        userLogin: users.login,
        clientId: grants.clientId,
        clientName: clients.name,
        sessions: db.$count(sessions, eq(sessions.grantId, grants.id)),
        accessTokens: db.$count(accessTokens, livingAccessTokens(eq(accessTokens.grantId, grants.id), nowMs)),
        refreshTokens: db.$count(refreshTokens, livingRefreshTokens(eq(refreshTokens.grantId, grants.id), nowMs)),
        codes: db.$count(authorizationCodes, livingCodes(eq(authorizationCodes.grantId, grants.id), nowMs)),
      })
      .from(grants)
      .innerJoin(users, eq(users.id, grants.userId))
      .innerJoin(clients, eq(clients.id, grants.clientId))
      .where(which)
  }

  function sessionsOf(which: SQL) {
    const ids = db.select({ id: grants.id }).from(grants).where(which)
    return db.select({ id: sessions.id }).from(sessions).where(inArray(sessions.grantId, ids))
  }
}

interface Counted extends Omit<EndedGrant, 'tokens'> {
  readonly accessTokens: number
  readonly refreshTokens: number
  readonly codes: number
}

function toEnded(ended: readonly Counted[], sessionRows: readonly { readonly id: string }[]): EndedAccess {
  return {
    grants: ended.map(({ accessTokens, refreshTokens, codes, ...grant }) => ({ ...grant, tokens: accessTokens + refreshTokens + codes })),
    sessionIds: sessionRows.map(({ id }) => id),
  }
}
