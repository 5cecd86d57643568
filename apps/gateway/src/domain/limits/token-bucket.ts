/** A bucket that fills steadily up to a minute's worth of tokens; each thing done takes some out. */
export interface TokenBucket {
  readonly tokens: number
  readonly updatedAtMs: number
}

export function fullBucket(perMinute: number, nowMs: number): TokenBucket {
  return { tokens: perMinute, updatedAtMs: nowMs }
}

/** The bucket with what has flowed in since. A clock that goes back adds nothing. */
export function refillBucket(bucket: TokenBucket, perMinute: number, nowMs: number): TokenBucket {
  const elapsedMs = Math.max(0, nowMs - bucket.updatedAtMs)
  return { tokens: Math.min(perMinute, bucket.tokens + (elapsedMs * perMinute) / minuteMs), updatedAtMs: nowMs }
}

/** The bucket with so many tokens less, or with none where it has not so many: nobody owes any. */
export function drainBucket(bucket: TokenBucket, tokens: number): TokenBucket {
  return { ...bucket, tokens: Math.max(0, bucket.tokens - tokens) }
}

/** Whole seconds from the bucket's last refill until there is a token in it; 0 where there is one. */
export function secondsUntilToken({ tokens }: TokenBucket, perMinute: number): number {
  return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * minuteMs) / perMinute / 1000)
}

/** When the bucket will be full if nobody takes anything more: from then on it is no different from a new one. */
export function fullAgainAtMs({ tokens, updatedAtMs }: TokenBucket, perMinute: number): number {
  return updatedAtMs + ((perMinute - tokens) * minuteMs) / perMinute
}

const minuteMs = 60_000
