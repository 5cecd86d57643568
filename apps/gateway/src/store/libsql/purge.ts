import { and, desc, eq, isNotNull, isNull, lte, notExists, or } from 'drizzle-orm'
import { alias, type AnySQLiteColumn } from 'drizzle-orm/sqlite-core'
import {
  expiredTokenMemoryMs,
  mostSignIns,
  mostUnusedClients,
  unusedClientTtlMs,
  unusedDocumentClientTtlMs,
  usedCodeMemoryMs,
} from '../../domain/oauth/lifetimes.ts'
import type { Database } from './connection.ts'
import { accessTokens, authorizationCodes, clients, grants, refreshTokens, signIns } from './schema.ts'

/**
 * Deletes the rows that have expired by `nowMs` or were never used, and of the refresh tokens that stay what is no longer given again;
 * returns how many rows were deleted or changed.
 */
export async function purgeExpired(db: Database, nowMs: number): Promise<number> {
  const purged = await db.batch([
    db.delete(signIns).where(or(lte(signIns.expiresAtMs, nowMs), lte(signIns.expiresAtMs, newestSignInBeyondBound(db)))),
    db
      .delete(authorizationCodes)
      .where(
        or(
          and(isNull(authorizationCodes.successorHash), lte(authorizationCodes.expiresAtMs, nowMs)),
          lte(authorizationCodes.expiresAtMs, nowMs - usedCodeMemoryMs),
        ),
      ),
    db.delete(accessTokens).where(lte(accessTokens.expiresAtMs, nowMs - expiredTokenMemoryMs)),
    db.delete(refreshTokens).where(lte(refreshTokens.expiresAtMs, nowMs)),
    db
      .update(refreshTokens)
      .set({ sealedSuccessors: null, sealedSuccessorsExpireAtMs: null })
      .where(lte(refreshTokens.sealedSuccessorsExpireAtMs, nowMs)),
    db
      .delete(clients)
      .where(
        and(
          or(
            lte(clients.createdAtMs, nowMs - unusedClientTtlMs),
            and(isNotNull(clients.documentExpiresAtMs), lte(clients.createdAtMs, nowMs - unusedDocumentClientTtlMs)),
            lte(clients.createdAtMs, newestClientBeyondBound(db)),
          ),
          isUnused(db, clients.id),
        ),
      ),
  ])
  return purged.reduce((sum, { rowsAffected }) => sum + rowsAffected, 0)
}

/** Nobody signed in with it, and nobody is just about to. */
function isUnused(db: Database, clientId: AnySQLiteColumn) {
  return and(
    notExists(db.select({ id: grants.id }).from(grants).where(eq(grants.clientId, clientId))),
    notExists(db.select({ id: signIns.id }).from(signIns).where(eq(signIns.clientId, clientId))),
  )
}

/** When the newest expires of the sign-ins that are too many; nothing where they are not. */
function newestSignInBeyondBound(db: Database) {
  const signIn = alias(signIns, 'other_sign_in')
  return db.select({ expiresAtMs: signIn.expiresAtMs }).from(signIn).orderBy(desc(signIn.expiresAtMs)).limit(1).offset(mostSignIns)
}

/** When the newest was registered of the unused clients that are too many; nothing where they are not. */
function newestClientBeyondBound(db: Database) {
  const client = alias(clients, 'other_client')
  return db
    .select({ createdAtMs: client.createdAtMs })
    .from(client)
    .where(isUnused(db, client.id))
    .orderBy(desc(client.createdAtMs))
    .limit(1)
    .offset(mostUnusedClients)
}
