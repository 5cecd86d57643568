import type { LiveRecord } from './live-record.ts'
import { type ProcessIdentity, readStartTime } from '@fjmcp-broker/shared/process/process-identity'

/** Keeps account of the process groups that live, for whoever has to end them if the runner cannot. */
export interface ProcessGroups {
  started(pid: number): void
  ended(pid: number): void
}

/** A process group that began or is gone; its leader is named. */
export interface ProcessGroupChange extends ProcessIdentity {
  readonly state: 'started' | 'ended'
}

export function createProcessGroups({
  record,
  onChange,
}: {
  readonly record: LiveRecord
  readonly onChange: (change: ProcessGroupChange) => void
}): ProcessGroups {
  const live = new Map<number, ProcessIdentity>()

  return {
    started(pid) {
      const identity = { pid, startTime: readStartTime(pid) }
      live.set(pid, identity)
      record.write([...live.values()])
      onChange({ ...identity, state: 'started' })
    },
    ended(pid) {
      const identity = live.get(pid)
      if (identity === undefined) return
      live.delete(pid)
      record.write([...live.values()])
      onChange({ ...identity, state: 'ended' })
    },
  }
}
