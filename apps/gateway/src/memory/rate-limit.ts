import type { Clock } from '@fjmcp-broker/shared/clock'
import { drainBucket, fullAgainAtMs, fullBucket, refillBucket, secondsUntilToken, type TokenBucket } from '../domain/limits/token-bucket.ts'

/** So many things a minute for each key, up to a minute's worth at once. */
export interface RateLimit {
  /** Takes one from what the key has left; returns the whole seconds to wait, 0 where there was one to take. */
  take(key: string): number
  /** How long the key has to wait, without taking anything. */
  secondsToWait(key: string): number
  /** Takes so many from what the key has left, or all of it. */
  charge(key: string, cost: number): void
}

/**
 * Keeps an account for each key, in bounded memory and without timers. When there are too many, those are forgotten that have used least: a
 * key that has nothing left keeps its account until very many others have as little, and no key is ever refused because of how many there are.
 *
 * @param options `mostKeys` is kept at most.
 */
export function createRateLimit(options: {
  readonly perMinute: number
  readonly mostKeys?: number | undefined
  readonly clock: Clock
}): RateLimit {
  const { perMinute, mostKeys = 10_000, clock } = options
  const buckets = new Map<string, TokenBucket>()

  return {
    take(key) {
      const bucket = look(key)
      const seconds = secondsUntilToken(bucket, perMinute)
      if (seconds === 0) keep(key, drainBucket(bucket, 1))
      return seconds
    },
    secondsToWait: (key) => secondsUntilToken(look(key), perMinute),
    charge: (key, cost) => keep(key, drainBucket(look(key), cost)),
  }

  function look(key: string): TokenBucket {
    const nowMs = clock()
    const bucket = buckets.get(key)
    return bucket === undefined ? fullBucket(perMinute, nowMs) : refillBucket(bucket, perMinute, nowMs)
  }

  function keep(key: string, bucket: TokenBucket): void {
    if (!buckets.has(key) && buckets.size >= mostKeys) makeRoom(bucket.updatedAtMs)
    buckets.set(key, bucket)
  }

  /** A quarter at a time, so that one in very many requests pays for it. */
  function makeRoom(nowMs: number): void {
    const fullest = [...buckets]
      .map(([key, bucket]) => ({ key, fullAtMs: fullAgainAtMs(bucket, perMinute) }))
      .sort((a, b) => a.fullAtMs - b.fullAtMs)
    const spare = Math.ceil(mostKeys / 4)
    for (const [index, { key, fullAtMs }] of fullest.entries()) {
      if (index >= spare && fullAtMs > nowMs) return
      buckets.delete(key)
    }
  }
}
