import type { GatewayDependencies } from '../dependencies.ts'
import { type AddressLimit, createAddressLimit } from './address-limit.ts'
import { type BodyBudget, createBodyBudget } from './body-budget.ts'
import type { LimitName } from '../probe.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

/** All that is limited, each by itself: who has used one of them up has the others left. */
export interface RateLimits {
  readonly registrations: AddressLimit
  /** Of everybody together, under one key. No address by itself can use it up, since its own limit is a fifth of this. */
  readonly allRegistrations: RateLimit
  readonly documentFetches: AddressLimit
  readonly signIns: AddressLimit
  readonly consents: AddressLimit
  readonly callbacks: AddressLimit
  readonly tokenRequests: AddressLimit
  /** Of those requests the ones that are refused, a fifth: where it is used up, the good ones of the same address still pass. */
  readonly refusedTokenRequests: AddressLimit
  /** Keyed by client id. No address by itself can use it up, since its own limit is a fourth of this. */
  readonly tokensOfClient: RateLimit
  /** Keyed by grant: what one user gets of one client. Far less than the client may get. */
  readonly tokensOfGrant: RateLimit
  readonly failedTokens: AddressLimit
  /** Keyed by session and stream: each has the runner give out again all that it kept. */
  readonly resumptions: RateLimit
  /** What the forms take that are being read, keyed by address: anybody may send them, and slowly. */
  readonly formBodies: BodyBudget
}

/** The largest form that is taken. */
export const maxFormBytes = 65_536

/** Of the largest size. Nearly every form is a hundred times smaller. */
const mostForms = 256

/** How much more a large network of IPv6 may do than one address. */
const networkFactor = 4

/** Fewer than of addresses: those that have used something up are kept longest. */
const mostNetworks = 2_500

/** Documents of clients that one address may have fetched in a minute: far fewer than are fetched of one host. */
const documentFetchesPerMinute = 5

/** How often a client may resume one stream in a minute. One whose connection keeps breaking tries once a second. */
const resumptionsPerMinute = 120

/** Pairs of tokens that one user gets of one client in a minute. A client refreshes about once an hour. */
const mostTokensOfGrant = 30

type PerMinute = 'registrationsPerMinute' | 'signInsPerMinute' | 'tokenRequestsPerMinute' | 'failedTokensPerMinute'

export function createRateLimits({
  settings,
  clock,
  log,
  probe,
}: Pick<GatewayDependencies, 'clock' | 'log' | 'probe'> & {
  readonly settings: Pick<GatewayDependencies['settings'], PerMinute>
}): RateLimits {
  const { registrationsPerMinute, signInsPerMinute, tokenRequestsPerMinute, failedTokensPerMinute } = settings
  const limit = (name: LimitName, perMinute: number, mostKeys?: number) =>
    reportRefusals(createRateLimit({ perMinute, mostKeys, clock }), { name, clock, log, probe })
  const byAddress = (name: LimitName, perMinute: number) =>
    createAddressLimit({ own: limit(name, perMinute), ofNetwork: limit(name, perMinute * networkFactor, mostNetworks) })
  return {
    registrations: byAddress('registrations', registrationsPerMinute),
    allRegistrations: limit('all_registrations', registrationsPerMinute * 5),
    documentFetches: byAddress('document_fetches', documentFetchesPerMinute),
    signIns: byAddress('sign_ins', signInsPerMinute),
    consents: byAddress('consents', signInsPerMinute),
    callbacks: byAddress('callbacks', signInsPerMinute),
    tokenRequests: byAddress('token_requests', tokenRequestsPerMinute),
    refusedTokenRequests: byAddress('refused_token_requests', Math.ceil(tokenRequestsPerMinute / 5)),
    tokensOfClient: limit('tokens_of_client', tokenRequestsPerMinute * 4),
    tokensOfGrant: limit('tokens_of_grant', Math.min(mostTokensOfGrant, tokenRequestsPerMinute)),
    failedTokens: byAddress('failed_tokens', failedTokensPerMinute),
    resumptions: limit('resumptions', resumptionsPerMinute),
    formBodies: createBodyBudget({ name: 'forms', totalBytes: mostForms * maxFormBytes, clock, log }),
  }
}

const reportIntervalMs = 60_000

/** Says in the log how many were refused, at most once a minute: at the first, and then with the next use after a minute is over. */
function reportRefusals(
  limit: RateLimit,
  { name, clock, log, probe }: { readonly name: LimitName } & Pick<GatewayDependencies, 'clock' | 'log' | 'probe'>,
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
      probe.rateLimited(name)
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
