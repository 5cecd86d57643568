import { setTimeout as wait } from 'node:timers/promises'
import type { Broker } from '../subjects/broker.ts'

const mostMs = 60_000

/** Waits until the broker has no more children than that; returns how many there are when it is given up after a minute. */
export async function untilChildren(broker: Broker, most: number): Promise<number> {
  const startedMs = performance.now()
  while (broker.children() > most && performance.now() - startedMs < mostMs) await wait(200)
  return broker.children()
}
