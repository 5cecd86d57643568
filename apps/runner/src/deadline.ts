import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Schedule } from './schedule.ts'

/** A moment at which something has to be looked at, moved as often as one likes. */
export interface Deadline {
  /** @param atMs Milliseconds since the Unix epoch; undefined where there is none any more. */
  moveTo(atMs: number | undefined): void
}

/** @param passed Called when the moment has come, at times earlier: then nothing is due, and it is to be moved again. */
export function createDeadline({
  clock,
  schedule,
  passed,
}: {
  readonly clock: Clock
  readonly schedule: Schedule
  readonly passed: () => void
}): Deadline {
  let timer: { readonly atMs: number; readonly callOff: () => void } | undefined

  return {
    moveTo(atMs) {
      // A timer that comes too early looks again; that is cheaper than to set one anew for every call.
      if (atMs !== undefined && timer !== undefined && timer.atMs <= atMs) return
      timer?.callOff()
      timer = undefined
      if (atMs === undefined) return
      const callOff = schedule(Math.max(0, atMs - clock()), () => {
        timer = undefined
        passed()
      })
      timer = { atMs, callOff }
    },
  }
}
