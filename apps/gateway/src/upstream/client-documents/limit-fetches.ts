import { createBoundedMap } from '@fjmcp-broker/shared/bounded-map'
import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, type Result } from '@fjmcp-broker/shared/result'
import { drainBucket, fullBucket, refillBucket, type TokenBucket } from '../../domain/limits/token-bucket.ts'
import type { DocumentFailure, FetchClientDocument } from './client-documents.ts'

export interface FetchLimits {
  readonly atOnce: number
  readonly atOnceForEachHost: number
  readonly perMinuteForEachHost: number
  readonly clock: Clock
}

const rememberedHosts = 10_000

/** Lets so many fetches through, and refuses the others without a wait: a stranger chooses what is fetched, and how slowly it comes. */
export function limitFetches(fetchDocument: FetchClientDocument, limits: FetchLimits): FetchClientDocument {
  const { atOnce, atOnceForEachHost, perMinuteForEachHost, clock } = limits
  const running: string[] = []
  const buckets = createBoundedMap<TokenBucket>(rememberedHosts)

  return async (url) => {
    const { host } = new URL(url)
    if (running.length >= atOnce) return tooMany(`${atOnce} at once`)
    if (running.filter((other) => other === host).length >= atOnceForEachHost) return tooMany(`${atOnceForEachHost} at once from one host`)
    if (!takeFrom(host)) return tooMany(`${perMinuteForEachHost} a minute from one host`)
    running.push(host)
    try {
      return await fetchDocument(url)
    } finally {
      running.splice(running.indexOf(host), 1)
    }
  }

  function takeFrom(host: string): boolean {
    const nowMs = clock()
    const bucket = refillBucket(buckets.get(host) ?? fullBucket(perMinuteForEachHost, nowMs), perMinuteForEachHost, nowMs)
    buckets.set(host, drainBucket(bucket, 1))
    return bucket.tokens >= 1
  }
}

function tooMany(detail: string): Result<never, DocumentFailure> {
  return err({ reason: 'too_many_fetches', detail })
}
