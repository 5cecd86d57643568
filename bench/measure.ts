/** What a series of calls took. */
export interface Measurement {
  readonly name: string
  readonly calls: number
  readonly callsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/**
 * Runs `act` over and over from `clients` loops at once, first `warmUp` times uncounted.
 *
 * @param act Gets the number of its client.
 */
export async function measure({
  name,
  clients,
  calls,
  warmUp,
  act,
}: {
  readonly name: string
  readonly clients: number
  readonly calls: number
  readonly warmUp: number
  readonly act: (client: number) => Promise<void>
}): Promise<Measurement> {
  await repeat({ clients, calls: warmUp, act })
  const startedMs = performance.now()
  const durationsMs = await repeat({ clients, calls, act })
  const elapsedMs = performance.now() - startedMs
  const sorted = durationsMs.toSorted((a, b) => a - b)
  const quantile = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { name, calls, callsPerSecond: (calls / elapsedMs) * 1000, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
}

async function repeat({
  clients,
  calls,
  act,
}: {
  readonly clients: number
  readonly calls: number
  readonly act: (client: number) => Promise<void>
}): Promise<readonly number[]> {
  const durationsMs: number[] = []
  let left = calls
  const loop = async (client: number): Promise<void> => {
    while (left > 0) {
      left -= 1
      const startedMs = performance.now()
      await act(client)
      durationsMs.push(performance.now() - startedMs)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)))
  return durationsMs
}
