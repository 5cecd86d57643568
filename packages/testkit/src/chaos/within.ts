/** Waits for something that has to come, and throws with the reason where it does not come in time. */
export async function within<Value>(limitMs: number, awaited: Promise<Value>, reason: () => string): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`after ${limitMs / 1_000} s ${reason()}`)), limitMs)
  try {
    return await Promise.race([awaited, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
