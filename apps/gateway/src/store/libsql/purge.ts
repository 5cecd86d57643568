import { and, eq, isNotNull, isNull, lte, notExists, or } from 'drizzle-orm'
import { unusedClientTtlMs, unusedDocumentClientTtlMs, usedCodeMemoryMs } from '../../domain/oauth/lifetimes.ts'
import type { Database } from './connection.ts'
import { accessTokens, authorizationCodes, clients, grants, refreshTokens, signIns } from './schema.ts'

/** Deletes what has expired by `nowMs`, what was never used, and what is no longer given again; returns how many rows that was. */
export async function purgeExpired(db: Database, nowMs: number): Promise<number> {
  const deleted = await db.batch([
    db.delete(signIns).where(lte(signIns.expiresAtMs, nowMs)),
    db
      .delete(authorizationCodes)
      .where(
        or(
          and(isNull(authorizationCodes.successorHash), lte(authorizationCodes.expiresAtMs, nowMs)),
          lte(authorizationCodes.expiresAtMs, nowMs - usedCodeMemoryMs),
        ),
      ),
    db.delete(accessTokens).where(lte(accessTokens.expiresAtMs, nowMs)),
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
          ),
          notExists(db.select({ id: grants.id }).from(grants).where(eq(grants.clientId, clients.id))),
          notExists(db.select({ id: signIns.id }).from(signIns).where(eq(signIns.clientId, clients.id))),
        ),
      ),
  ])
  return deleted.reduce((sum, { rowsAffected }) => sum + rowsAffected, 0)
}
