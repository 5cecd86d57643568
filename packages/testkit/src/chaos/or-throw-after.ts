/** Settles as what is awaited does; rejects with the reason where that takes too long. */
export async function orThrowAfter<Value>(limitMs: number, awaited: Promise<Value>, reason: () => string): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`after ${limitMs / 1_000} s ${reason()}`)), limitMs)
  try {
    return await Promise.race([awaited, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
