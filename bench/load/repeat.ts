import { median, quantile } from '../statistics.ts'

/** What a series of the same act took. */
export interface Series {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly elapsedMs: number
}

/**
 * Runs `act` over and over from `clients` loops at once until it has been run `times` times in all.
 *
 * @param act Gets the number of its client.
 */
export async function repeat({
  clients,
  times,
  act,
}: {
  readonly clients: number
  readonly times: number
  readonly act: (client: number) => Promise<void>
}): Promise<Series> {
  const durationsMs: number[] = []
  let left = times
  const loop = async (client: number): Promise<void> => {
    while (left > 0) {
      left -= 1
      const startedMs = performance.now()
      await act(client)
      durationsMs.push(performance.now() - startedMs)
    }
  }
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)))
  const elapsedMs = performance.now() - startedMs
  return {
    perSecond: (times / elapsedMs) * 1000,
    p50Ms: median(durationsMs),
    p99Ms: quantile(durationsMs, 0.99),
    elapsedMs,
  }
}
