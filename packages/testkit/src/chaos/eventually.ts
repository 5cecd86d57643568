import { setTimeout as delay } from 'node:timers/promises'

const lookEveryMs = 50

/** Looks again and again at what nothing announces; resolves with whether it came to hold in time. */
export async function eventually(holds: () => boolean, patienceMs: number): Promise<boolean> {
  const givenUpAtMs = performance.now() + patienceMs
  while (!holds()) {
    if (performance.now() > givenUpAtMs) return false
    await delay(lookEveryMs)
  }
  return true
}
