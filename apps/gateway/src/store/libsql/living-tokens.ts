import { and, gt, isNull, type SQL } from 'drizzle-orm'
import { accessTokens, authorizationCodes, refreshTokens } from './schema.ts'

/** Narrows a condition on access tokens to those that are good. */
export function livingAccessTokens(condition: SQL, nowMs: number): SQL | undefined {
  return and(condition, gt(accessTokens.expiresAtMs, nowMs))
}

/** Narrows a condition on refresh tokens to those that are good: not exchanged, not expired. */
export function livingRefreshTokens(condition: SQL, nowMs: number): SQL | undefined {
  return and(condition, isNull(refreshTokens.successorHash), gt(refreshTokens.expiresAtMs, nowMs))
}

/** Narrows a condition on authorization codes to those that are good. */
export function livingCodes(condition: SQL, nowMs: number): SQL | undefined {
  return and(condition, isNull(authorizationCodes.successorHash), gt(authorizationCodes.expiresAtMs, nowMs))
}
