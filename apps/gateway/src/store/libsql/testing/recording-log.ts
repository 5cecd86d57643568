import type { Log, LogFields } from '@fjmcp-broker/shared/log'

/** A log that keeps its warnings. */
export function createRecordingLog(): { readonly log: Log; readonly warnings: readonly (LogFields & { readonly event: string })[] } {
  const warnings: (LogFields & { readonly event: string })[] = []
  const warn = (event: string, fields?: LogFields): void => {
    warnings.push({ event, ...fields })
  }
  return { log: { debug() {}, info() {}, warn, error() {} }, warnings }
}
