import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, type Result } from '@fjmcp-broker/shared/result'
import { createRateLimit } from '../../memory/rate-limit.ts'
import type { DocumentFailure, FetchClientDocument } from './client-documents.ts'
import { createFetchPlaces, type PlaceLimits } from './fetch-places.ts'

export interface FetchLimits extends PlaceLimits {
  readonly perMinuteForEachHost: number
  readonly clock: Clock
}

/** Lets so many fetches through, and refuses the others after a short wait: a stranger chooses what is fetched, and how slowly it comes. */
export function limitFetches(fetchDocument: FetchClientDocument, limits: FetchLimits): FetchClientDocument {
  const { perMinuteForEachHost, clock } = limits
  const ofHost = createRateLimit({ perMinute: perMinuteForEachHost, clock })
  const places = createFetchPlaces(limits)

  return async (url) => {
    const { host } = new URL(url)
    if (ofHost.take(host) > 0) return tooMany(`${perMinuteForEachHost} a minute from one host`)
    const leave = await places.enter(host)
    if (leave === undefined) return tooMany('too many at once')
    try {
      return await fetchDocument(url)
    } finally {
      leave()
    }
  }
}

function tooMany(detail: string): Result<never, DocumentFailure> {
  return err({ reason: 'too_many_fetches', detail })
}
