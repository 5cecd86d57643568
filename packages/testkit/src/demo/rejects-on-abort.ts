/** Never fulfilled; rejects when the signal is aborted. Race it against work that is not to be waited for any longer then. */
export function rejectsOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  if (signal.aborted) reject(signal.reason)
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  // Not everything that is raced against it is under way when it rejects.
  promise.catch(() => {})
  return promise
}
