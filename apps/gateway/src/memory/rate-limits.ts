import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Log } from '@fjmcp-broker/shared/log'
import type { GatewayDependencies } from '../dependencies.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

/** All that is limited, each by itself: who has used one of them up has the others left. Keyed by address where nothing else is said. */
export interface RateLimits {
  readonly registrations: RateLimit
  /** Of everybody together, under one key. No address by itself can use it up, since its own limit is a fifth of this. */
  readonly allRegistrations: RateLimit
  readonly signIns: RateLimit
  readonly consents: RateLimit
  readonly callbacks: RateLimit
  readonly tokenRequests: RateLimit
  /** Keyed by client id. No address by itself can use it up, since its own limit is a fourth of this. */
  readonly tokensOfClient: RateLimit
  readonly failedTokens: RateLimit
}

type PerMinute = 'registrationsPerMinute' | 'signInsPerMinute' | 'tokenRequestsPerMinute' | 'failedTokensPerMinute'

export function createRateLimits({
  settings,
  clock,
  log,
}: Pick<GatewayDependencies, 'clock' | 'log'> & { readonly settings: Pick<GatewayDependencies['settings'], PerMinute> }): RateLimits {
  const { registrationsPerMinute, signInsPerMinute, tokenRequestsPerMinute, failedTokensPerMinute } = settings
  const limit = (name: string, perMinute: number) => reportRefusals(createRateLimit({ perMinute, clock }), { name, clock, log })
  return {
    registrations: limit('registrations', registrationsPerMinute),
    allRegistrations: limit('all_registrations', registrationsPerMinute * 5),
    signIns: limit('sign_ins', signInsPerMinute),
    consents: limit('consents', signInsPerMinute),
    callbacks: limit('callbacks', signInsPerMinute),
    tokenRequests: limit('token_requests', tokenRequestsPerMinute),
    tokensOfClient: limit('tokens_of_client', tokenRequestsPerMinute * 4),
    failedTokens: limit('failed_tokens', failedTokensPerMinute),
  }
}

const reportIntervalMs = 60_000

/** Says in the log how many were refused, at most once a minute: at the first, and then with the next use after a minute is over. */
function reportRefusals(
  limit: RateLimit,
  { name, clock, log }: { readonly name: string; readonly clock: Clock; readonly log: Log },
): RateLimit {
  let refused = 0
  let lastKey: string | undefined
  let saidAtMs: number | undefined

  return {
    take: (key) => noting(key, limit.take(key)),
    secondsToWait: (key) => noting(key, limit.secondsToWait(key)),
    charge: (key, cost) => limit.charge(key, cost),
  }

  function noting(key: string, seconds: number): number {
    if (seconds > 0) {
      refused++
      lastKey = key
    }
    if (refused > 0) say(clock())
    return seconds
  }

  function say(nowMs: number): void {
    if (saidAtMs !== undefined && nowMs >= saidAtMs && nowMs < saidAtMs + reportIntervalMs) return
    log.warn('rate_limited', { limit: name, refused, lastKey })
    saidAtMs = nowMs
    refused = 0
  }
}
