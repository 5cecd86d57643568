import type { Clock } from '@fjmcp-broker/shared/clock'
import { randomText, type RandomBytes } from '../random-text.ts'
import type { Grant, Grants } from './grants.ts'

/** The token endpoint's answer, in its wire spelling. */
export interface TokenReply {
  readonly access_token: string
  readonly token_type: 'bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly refresh_token: string
}

interface IssuedToken {
  readonly grantId: number
  readonly expiresAtMs: number
  /** The grant's counter at the time of issue. */
  readonly counter: number
}

export interface Tokens {
  issue(grant: Grant): TokenReply
  /** The living grant behind an access token that has not expired. */
  grantOf(accessToken: string): Grant | undefined
  /** A refresh token that Forgejo can read and that has not expired, used or not. */
  readRefreshToken(refreshToken: string): Pick<IssuedToken, 'grantId' | 'counter'> | undefined
  /** From now on every access token issued so far is refused; refresh tokens stay good. */
  expireAccessTokens(): void
}

const refreshTtlMs = 730 * 3_600_000

export function createTokens({
  clock,
  random,
  grants,
  accessTtlSeconds,
}: {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly grants: Grants
  readonly accessTtlSeconds: number
}): Tokens {
  const accessTokens = new Map<string, IssuedToken>()
  const refreshTokens = new Map<string, IssuedToken>()

  return {
    issue(grant) {
      const accessToken = `fake_at_${randomText(random)}`
      const refreshToken = `fake_rt_${randomText(random)}`
      const { counter } = grant
      accessTokens.set(accessToken, { grantId: grant.id, counter, expiresAtMs: clock() + accessTtlSeconds * 1000 })
      refreshTokens.set(refreshToken, { grantId: grant.id, counter, expiresAtMs: clock() + refreshTtlMs })
      return { access_token: accessToken, token_type: 'bearer', expires_in: accessTtlSeconds, refresh_token: refreshToken }
    },
    grantOf(accessToken) {
      const token = accessTokens.get(accessToken)
      return token === undefined || token.expiresAtMs <= clock() ? undefined : grants.byId(token.grantId)
    },
    readRefreshToken(refreshToken) {
      const token = refreshTokens.get(refreshToken)
      return token === undefined || token.expiresAtMs <= clock() ? undefined : token
    },
    expireAccessTokens() {
      accessTokens.clear()
    },
  }
}
