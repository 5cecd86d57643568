import { and, isNull, lte, or } from 'drizzle-orm'
import { usedCodeMemoryMs } from '../../domain/oauth/lifetimes.ts'
import type { Database } from './connection.ts'
import { accessTokens, authorizationCodes, refreshTokens, signIns } from './schema.ts'

/** Deletes what has expired by `nowMs`, and what is no longer given again; returns how many rows that was. */
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
  ])
  return deleted.reduce((sum, { rowsAffected }) => sum + rowsAffected, 0)
}
