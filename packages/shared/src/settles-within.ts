/** Waits for a promise that never rejects, but not for ever: says whether it settled in time, and before the signal was aborted. */
export async function settlesWithin(
  promise: Promise<unknown>,
  { limitMs, unlessAborted }: { readonly limitMs: number; readonly unlessAborted?: AbortSignal | undefined },
): Promise<boolean> {
  if (unlessAborted?.aborted === true) return false
  const { promise: patience, resolve } = Promise.withResolvers<false>()
  const giveUp = (): void => resolve(false)
  const timer = setTimeout(giveUp, limitMs)
  unlessAborted?.addEventListener('abort', giveUp)
  try {
    return await Promise.race([promise.then(() => true), patience])
  } finally {
    clearTimeout(timer)
    unlessAborted?.removeEventListener('abort', giveUp)
  }
}
