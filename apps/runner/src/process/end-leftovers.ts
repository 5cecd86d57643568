import type { Log } from '@fjmcp-broker/shared/log'
import type { LiveRecord } from './live-record.ts'
import { signalGroup } from './process-group.ts'
import { readStartTime } from './process-identity.ts'

/** Ends what an earlier runner left behind: those on its record that are still the same process, and their groups. */
export function endLeftovers({ record, log }: { readonly record: LiveRecord; readonly log: Log }): void {
  const leftovers = record.read().filter(({ pid, startTime }) => startTime !== null && readStartTime(pid) === startTime)
  for (const { pid } of leftovers) signalGroup(pid, 'SIGKILL')
  if (leftovers.length > 0) log.warn('leftover_children_ended', { count: leftovers.length })
  record.write([])
}
