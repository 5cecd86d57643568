/** Is aborted by the first signal that asks this process to end; a second one ends it. */
export function createStopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => stopping.abort())
  return stopping.signal
}
