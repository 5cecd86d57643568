import { createMiddleware } from 'hono/factory'
import type { GatewayEnv } from '../hono-env.ts'
import type { AddressLimit } from '../memory/address-limit.ts'
import type { RateLimits } from '../memory/rate-limits.ts'
import type { AddressOf } from './address-of.ts'
import { answerTooManyRequests } from './too-many-requests.ts'

/** What a route needs to limit what it does for one client. */
export interface Limiting {
  readonly limits: RateLimits
  readonly addressOf: AddressOf
}

/** Lets through what the client's address has left of a limit, and answers the rest with 429 before anything of it is read. */
export function limitAddress({ limit, addressOf }: { readonly limit: AddressLimit; readonly addressOf: AddressOf }) {
  return createMiddleware<GatewayEnv>(async (c, next) => {
    const seconds = limit.take(addressOf(c))
    if (seconds > 0) return answerTooManyRequests(c, seconds)
    await next()
  })
}
