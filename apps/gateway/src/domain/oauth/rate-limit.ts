/** A bucket that fills steadily up to a minute's worth and gives one token for each thing done. */
export interface TokenBucket {
  readonly tokens: number
  readonly updatedAtMs: number
}

export interface TokenTaken {
  readonly bucket: TokenBucket
  readonly allowed: boolean
  /** Whole seconds until there is a token again; 0 when this one was allowed. */
  readonly retryAfterSeconds: number
}

export function fullBucket(perMinute: number, nowMs: number): TokenBucket {
  return { tokens: perMinute, updatedAtMs: nowMs }
}

/** Takes one token out, or says how long to wait. A clock that goes back adds nothing. */
export function takeToken(bucket: TokenBucket, perMinute: number, nowMs: number): TokenTaken {
  const elapsedMs = Math.max(0, nowMs - bucket.updatedAtMs)
  const tokens = Math.min(perMinute, bucket.tokens + (elapsedMs * perMinute) / 60_000)
  const allowed = tokens >= 1
  const waitMs = allowed ? 0 : ((1 - tokens) * 60_000) / perMinute
  return {
    bucket: { tokens: allowed ? tokens - 1 : tokens, updatedAtMs: nowMs },
    allowed,
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  }
}
