import { pause } from '@fjmcp-broker/shared/pause'
import type { Result } from '@fjmcp-broker/shared/result'

/**
 * Does something again after each of the delays, as long as it fails in a way that may pass; the last outcome counts. When the gateway is to
 * stop it is done once more at once, and no more after that.
 */
export async function againUntilDone<Value, Failure>({
  attempt,
  passes,
  delaysMs,
  stopping,
}: {
  readonly attempt: () => Promise<Result<Value, Failure>>
  readonly passes: (failure: Failure) => boolean
  readonly delaysMs: readonly number[]
  readonly stopping: AbortSignal
}): Promise<Result<Value, Failure>> {
  let isLast = stopping.aborted
  let outcome = await attempt()
  for (const delayMs of delaysMs) {
    if (outcome.ok || !passes(outcome.error) || isLast) return outcome
    await pause(delayMs, stopping)
    isLast = stopping.aborted
    outcome = await attempt()
  }
  return outcome
}
