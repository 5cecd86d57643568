import { ok, type Result } from '@fjmcp-broker/shared/result'
import type { ForgejoTokens } from '../../upstream/forgejo.ts'
import type { OpenFailure, Sealer } from '../sealing.ts'

/** Forgejo's tokens as a row of `credentials` holds them. */
export interface SealedTokens {
  readonly sealedAccessToken: string
  readonly sealedRefreshToken: string
  readonly accessExpiresAtMs: number
}

/** Seals a user's tokens for the user's row. */
export async function sealTokens(sealer: Sealer, userId: string, tokens: ForgejoTokens): Promise<SealedTokens> {
  return {
    sealedAccessToken: await sealer.seal(tokens.accessToken, place('sealed_access_token', userId)),
    sealedRefreshToken: await sealer.seal(tokens.refreshToken, place('sealed_refresh_token', userId)),
    accessExpiresAtMs: tokens.accessExpiresAtMs,
  }
}

/** Opens what `sealTokens` made for the same user. */
export async function openTokens(sealer: Sealer, userId: string, sealed: SealedTokens): Promise<Result<ForgejoTokens, OpenFailure>> {
  const accessToken = await sealer.open(sealed.sealedAccessToken, place('sealed_access_token', userId))
  if (!accessToken.ok) return accessToken
  const refreshToken = await sealer.open(sealed.sealedRefreshToken, place('sealed_refresh_token', userId))
  if (!refreshToken.ok) return refreshToken
  return ok({ accessToken: accessToken.value, refreshToken: refreshToken.value, accessExpiresAtMs: sealed.accessExpiresAtMs })
}

function place(column: 'sealed_access_token' | 'sealed_refresh_token', userId: string) {
  return { table: 'credentials', column, row: userId }
}
