/** Waits so long, or until the signal is aborted. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, delayMs)
  const hurry = (): void => resolve()
  signal.addEventListener('abort', hurry)
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', hurry)
}
