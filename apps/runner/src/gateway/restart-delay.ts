const firstDelayMs = 250
const longestDelayMs = 10_000
const stableAfterMs = 30_000

/** How often in a row the gateway ended soon after its start. */
export interface RestartHistory {
  readonly quickExits: number
}

export const noRestarts: RestartHistory = { quickExits: 0 }

/**
 * Decides how long to wait before the gateway is started again: the delay doubles while it keeps ending soon after its start.
 *
 * @param uptimeMs How long the gateway had run.
 */
export function nextRestart(history: RestartHistory, uptimeMs: number): { readonly history: RestartHistory; readonly delayMs: number } {
  if (uptimeMs >= stableAfterMs) return { history: { quickExits: 1 }, delayMs: firstDelayMs }
  const delayMs = Math.min(firstDelayMs * 2 ** history.quickExits, longestDelayMs)
  return { history: { quickExits: history.quickExits + 1 }, delayMs }
}
