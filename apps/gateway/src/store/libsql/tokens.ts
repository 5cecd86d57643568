import { type AccessLevel, lowerLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { and, eq, gt, isNull, notExists, sql, type SQL } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { IssuedPair, TokenStore } from '../token-store.ts'
import type { Database } from './connection.ts'
import { livingAccessTokens, livingRefreshTokens } from './living-tokens.ts'
import { accessTokens, authorizationCodes, credentials, grants, refreshTokens, sessions } from './schema.ts'

/** Without a credential, as with a dead one, the user has to sign in again. */
const credentialState = sql<'live' | 'dead'>`coalesce(${credentials.state}, 'dead')`

export function createTokenStore(db: Database): TokenStore {
  const accessTokenByHash = db
    .select({
      grantId: accessTokens.grantId,
      familyId: accessTokens.familyId,
      clientId: grants.clientId,
      userId: grants.userId,
      issuedLevel: accessTokens.accessLevel,
      grantedLevel: grants.accessLevel,
      resource: accessTokens.resource,
      credentialState,
      expiresAtMs: accessTokens.expiresAtMs,
    })
    .from(accessTokens)
    .innerJoin(grants, eq(grants.id, accessTokens.grantId))
    .leftJoin(credentials, eq(credentials.userId, grants.userId))
    .where(eq(accessTokens.hash, sql.placeholder('hash')))
    .prepare()

  return {
    async insertCode(code) {
      await db.insert(authorizationCodes).values(code)
    },
    async findCode(hash) {
      const found = await db
        .select({
          hash: authorizationCodes.hash,
          grantId: authorizationCodes.grantId,
          clientId: authorizationCodes.clientId,
          redirectUri: authorizationCodes.redirectUri,
          codeChallenge: authorizationCodes.codeChallenge,
          resource: authorizationCodes.resource,
          expiresAtMs: authorizationCodes.expiresAtMs,
          successorHash: authorizationCodes.successorHash,
          usedAtMs: authorizationCodes.usedAtMs,
          familyId: authorizationCodes.familyId,
          issuedLevel: authorizationCodes.accessLevel,
          grantedLevel: grants.accessLevel,
          userId: grants.userId,
        })
        .from(authorizationCodes)
        .innerJoin(grants, eq(grants.id, authorizationCodes.grantId))
        .where(eq(authorizationCodes.hash, hash))
        .get()
      if (found === undefined) return undefined
      const { successorHash, usedAtMs, familyId, ...code } = found
      const use = successorHash === null ? undefined : { usedAtMs: usedAtMs ?? undefined, familyId: familyId ?? undefined }
      return { ...withLowerLevel(code), use }
    },
    async exchangeCode({ codeHash, familyId, issued, nowMs }) {
      const source = {
        grantId: authorizationCodes.grantId,
        familyId: sql<string>`${familyId}`.as('family_id'),
        resource: authorizationCodes.resource,
        accessLevel: authorizationCodes.accessLevel,
      }
      const isExchanged = and(eq(authorizationCodes.hash, codeHash), eq(authorizationCodes.successorHash, issued.refreshHash))
      const [used] = await db.batch([
        db
          .update(authorizationCodes)
          .set({ successorHash: issued.refreshHash, usedAtMs: nowMs, familyId })
          .where(
            and(eq(authorizationCodes.hash, codeHash), isNull(authorizationCodes.successorHash), gt(authorizationCodes.expiresAtMs, nowMs)),
          ),
        db.insert(refreshTokens).select(db.select(refreshRow(source, issued)).from(authorizationCodes).where(isExchanged)),
        db.insert(accessTokens).select(db.select(accessRow(source, issued)).from(authorizationCodes).where(isExchanged)),
      ])
      return used.rowsAffected === 1
    },
    async findRefresh(hash) {
      const found = await db
        .select({
          hash: refreshTokens.hash,
          grantId: refreshTokens.grantId,
          clientId: grants.clientId,
          userId: grants.userId,
          familyId: refreshTokens.familyId,
          resource: refreshTokens.resource,
          issuedLevel: refreshTokens.accessLevel,
          grantedLevel: grants.accessLevel,
          credentialState,
          successorHash: refreshTokens.successorHash,
          usedAtMs: refreshTokens.usedAtMs,
          sealedSuccessors: refreshTokens.sealedSuccessors,
          expiresAtMs: refreshTokens.expiresAtMs,
        })
        .from(refreshTokens)
        .innerJoin(grants, eq(grants.id, refreshTokens.grantId))
        .leftJoin(credentials, eq(credentials.userId, grants.userId))
        .where(eq(refreshTokens.hash, hash))
        .get()
      if (found === undefined) return undefined
      const { successorHash, usedAtMs, sealedSuccessors, ...token } = found
      const use = successorHash === null ? undefined : { usedAtMs: usedAtMs ?? undefined, sealedSuccessors: sealedSuccessors ?? undefined }
      return { ...withLowerLevel(token), use }
    },
    async rotate({ refreshHash, issued, sealedSuccessors, nowMs }) {
      const { grantId, familyId, resource, accessLevel } = refreshTokens
      const source = { grantId, familyId, resource, accessLevel }
      const isRotated = and(eq(refreshTokens.hash, refreshHash), eq(refreshTokens.successorHash, issued.refreshHash))
      const [rotated] = await db.batch([
        db
          .update(refreshTokens)
          .set({
            successorHash: issued.refreshHash,
            usedAtMs: nowMs,
            sealedSuccessors: sealedSuccessors?.text ?? null,
            sealedSuccessorsExpireAtMs: sealedSuccessors?.expireAtMs ?? null,
          })
          .where(and(eq(refreshTokens.hash, refreshHash), isNull(refreshTokens.successorHash), gt(refreshTokens.expiresAtMs, nowMs))),
        db.insert(refreshTokens).select(db.select(refreshRow(source, issued)).from(refreshTokens).where(isRotated)),
        db.insert(accessTokens).select(db.select(accessRow(source, issued)).from(refreshTokens).where(isRotated)),
      ])
      return rotated.rowsAffected === 1
    },
    async revokeFamily({ familyId, grantId, nowMs }) {
      const livingAccess = db
        .select()
        .from(accessTokens)
        .where(livingAccessTokens(eq(accessTokens.grantId, grantId), nowMs))
      const livingRefresh = db
        .select()
        .from(refreshTokens)
        .where(livingRefreshTokens(eq(refreshTokens.grantId, grantId), nowMs))
      const [refresh, access, ended] = await db.batch([
        db.delete(refreshTokens).where(eq(refreshTokens.familyId, familyId)),
        db.delete(accessTokens).where(eq(accessTokens.familyId, familyId)),
        db
          .delete(sessions)
          .where(and(eq(sessions.grantId, grantId), notExists(livingAccess), notExists(livingRefresh)))
          .returning({ id: sessions.id }),
      ])
      return { tokens: refresh.rowsAffected + access.rowsAffected, sessionIds: ended.map(({ id }) => id) }
    },
    async findAccess(hash) {
      const found = await accessTokenByHash.get({ hash })
      return found === undefined ? undefined : withLowerLevel(found)
    },
  }
}

/** What a code or token allows now, of what it was issued for and what its grant says. */
function withLowerLevel<Row extends { readonly issuedLevel: AccessLevel; readonly grantedLevel: AccessLevel }>(row: Row) {
  const { issuedLevel, grantedLevel, ...rest } = row
  return { ...rest, accessLevel: lowerLevel(issuedLevel, grantedLevel) }
}

interface TokenSource {
  readonly grantId: SQLiteColumn
  readonly familyId: SQLiteColumn | SQL.Aliased<string>
  readonly resource: SQLiteColumn
  readonly accessLevel: SQLiteColumn
}

/** The refresh token of a pair, as the columns of an INSERT … SELECT in the table's order. */
function refreshRow({ grantId, familyId, resource, accessLevel }: TokenSource, issued: IssuedPair) {
  return {
    hash: sql<string>`${issued.refreshHash}`.as('hash'),
    grantId,
    familyId,
    resource,
    accessLevel,
    successorHash: sql<null>`null`.as('successor_hash'),
    usedAtMs: sql<null>`null`.as('used_at_ms'),
    sealedSuccessors: sql<null>`null`.as('sealed_successors'),
    sealedSuccessorsExpireAtMs: sql<null>`null`.as('sealed_successors_expire_at_ms'),
    expiresAtMs: sql<number>`${issued.refreshExpiresAtMs}`.as('expires_at_ms'),
  }
}

function accessRow({ grantId, familyId, resource, accessLevel }: TokenSource, issued: IssuedPair) {
  return {
    hash: sql<string>`${issued.accessHash}`.as('hash'),
    grantId,
    familyId,
    resource,
    accessLevel,
    expiresAtMs: sql<number>`${issued.accessExpiresAtMs}`.as('expires_at_ms'),
  }
}
