import { lte } from 'drizzle-orm'
import type { Database } from './connection.ts'
import { accessTokens, authorizationCodes, refreshTokens, signIns } from './schema.ts'

/** Deletes what has expired by `nowMs`; returns how many rows went. */
export async function purgeExpired(db: Database, nowMs: number): Promise<number> {
  const deleted = await db.batch([
    db.delete(signIns).where(lte(signIns.expiresAtMs, nowMs)),
    db.delete(authorizationCodes).where(lte(authorizationCodes.expiresAtMs, nowMs)),
    db.delete(accessTokens).where(lte(accessTokens.expiresAtMs, nowMs)),
    db.delete(refreshTokens).where(lte(refreshTokens.expiresAtMs, nowMs)),
  ])
  return deleted.reduce((sum, { rowsAffected }) => sum + rowsAffected, 0)
}
