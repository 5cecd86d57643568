import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { RateLimits } from '../../memory/rate-limits.ts'

/** How many pairs of tokens are given: one user gets too few to use up what all users of a client share. */
export type PairLimits = Pick<RateLimits, 'tokensOfGrant' | 'tokensOfClient'>

/** Nothing is given, and nothing taken: the code or the refresh token stays good. */
export type TooManyTokens = { readonly reason: 'too_many_tokens'; readonly retryAfterSeconds: number }

interface Receiver {
  readonly grantId: string
  readonly clientId: string
}

/** Checks whether one more pair may be given to a grant, and to its client. Only for who has shown a good code or refresh token: client ids are no secret. */
export function checkPairLimits(
  { tokensOfGrant, tokensOfClient }: PairLimits,
  { grantId, clientId }: Receiver,
): Result<undefined, TooManyTokens> {
  const retryAfterSeconds = tokensOfGrant.secondsToWait(grantId) || tokensOfClient.secondsToWait(clientId)
  return retryAfterSeconds > 0 ? err({ reason: 'too_many_tokens', retryAfterSeconds }) : ok(undefined)
}

/** Counts a pair that was given: of many uses of one token at the same time the one that won. */
export function countPair({ tokensOfGrant, tokensOfClient }: PairLimits, { grantId, clientId }: Receiver): void {
  tokensOfGrant.charge(grantId, 1)
  tokensOfClient.charge(clientId, 1)
}
