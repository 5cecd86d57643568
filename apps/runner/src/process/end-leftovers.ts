import type { Log } from '@fjmcp-broker/shared/log'
import { endProcessGroups } from '@fjmcp-broker/shared/process/end-process-groups'
import type { LiveRecord } from './live-record.ts'

/** Ends what an earlier runner left behind: those on its record that are still the same process, and their groups. */
export function endLeftovers({ record, log }: { readonly record: LiveRecord; readonly log: Log }): void {
  const count = endProcessGroups(record.read())
  if (count > 0) log.warn('leftover_children_ended', { count })
  record.write([])
}
