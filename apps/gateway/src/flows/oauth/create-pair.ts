import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { GatewayDependencies } from '../../dependencies.ts'
import { accessTokenTtlMs, refreshTokenTtlMs } from '../../domain/oauth/lifetimes.ts'
import type { IssuedPair } from '../../store/token-store.ts'

/** Tokens as their client gets them. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly accessLevel: AccessLevel
  readonly accessExpiresAtMs: number
}

/** Makes a pair of tokens: `tokens` for the client, `issued` for the store, which alone makes them valid. */
export function createPair(
  { secrets }: Pick<GatewayDependencies, 'secrets'>,
  { accessLevel, nowMs }: { readonly accessLevel: AccessLevel; readonly nowMs: number },
): { readonly tokens: Tokens; readonly issued: IssuedPair } {
  const accessToken = secrets.create('access_token')
  const refreshToken = secrets.create('refresh_token')
  const accessExpiresAtMs = nowMs + accessTokenTtlMs
  return {
    tokens: { accessToken, refreshToken, accessLevel, accessExpiresAtMs },
    issued: {
      accessHash: secrets.hash(accessToken),
      accessExpiresAtMs,
      refreshHash: secrets.hash(refreshToken),
      refreshExpiresAtMs: nowMs + refreshTokenTtlMs,
    },
  }
}
