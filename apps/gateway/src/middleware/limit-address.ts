import { createMiddleware } from 'hono/factory'
import { limitKey } from '../domain/limits/limit-key.ts'
import type { GatewayEnv } from '../hono-env.ts'
import type { RateLimit } from '../memory/rate-limit.ts'
import type { RateLimits } from '../memory/rate-limits.ts'
import type { AddressOf } from './address-of.ts'
import { answerTooManyRequests } from './too-many-requests.ts'

/** What a route needs to limit what it does for one client. */
export interface Limiting {
  readonly limits: RateLimits
  readonly addressOf: AddressOf
}

/**
 * Lets through what the client's address has left of a limit, and answers the rest with 429 before anything of it is read.
 *
 * @param options `refusedCost` is what a request costs that was answered with a fault of the client's; one that succeeded costs 1.
 */
export function limitAddress(options: { readonly limit: RateLimit; readonly addressOf: AddressOf; readonly refusedCost?: number }) {
  const { limit, addressOf, refusedCost = 1 } = options
  return createMiddleware<GatewayEnv>(async (c, next) => {
    const key = limitKey(addressOf(c))
    const seconds = limit.take(key)
    if (seconds > 0) return answerTooManyRequests(c, seconds)
    await next()
    const { status } = c.res
    if (refusedCost > 1 && status >= 400 && status < 500 && status !== 429) limit.charge(key, refusedCost - 1)
  })
}
