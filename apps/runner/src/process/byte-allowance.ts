import type { Clock } from '@fjmcp-broker/shared/clock'

/** What may still be written by who writes without end. */
export interface ByteAllowance {
  /** Takes so many bytes out; false once more was taken than has flowed in. */
  take(bytes: number): boolean
}

/** How long a burst may go on that is far above the rate. */
const burstSeconds = 5

/** An allowance into which bytes flow steadily, up to five seconds' worth of them. A clock that goes back adds nothing. */
export function createByteAllowance({ bytesPerSecond, clock }: { readonly bytesPerSecond: number; readonly clock: Clock }): ByteAllowance {
  const most = bytesPerSecond * burstSeconds
  let left = most
  let updatedAtMs = clock()

  return {
    take(bytes) {
      const nowMs = clock()
      left = Math.min(most, left + (Math.max(0, nowMs - updatedAtMs) * bytesPerSecond) / 1000) - bytes
      updatedAtMs = nowMs
      return left >= 0
    },
  }
}
