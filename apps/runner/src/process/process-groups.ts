import type { Log } from '@fjmcp-broker/shared/log'
import { type ProcessIdentity, readStartTime } from '@fjmcp-broker/shared/process/process-identity'
import { endLeftovers } from './end-leftovers.ts'
import type { LiveRecord } from './live-record.ts'

/** Keeps account of the process groups that live, for whoever has to end them if the runner cannot. */
export interface ProcessGroups {
  started(pid: number): void
  ended(pid: number): void
  /** Tells this listener which groups live, and of every change from now on; the one before it hears no more. */
  tell(listener: ProcessGroupListener): void
}

/** Hears of groups by their leaders. */
export interface ProcessGroupListener {
  started(leader: ProcessIdentity): void
  ended(pid: number): void
}

/** @param record Read at once, to end what an earlier runner left behind; then kept up to date. */
export function createProcessGroups({ record, log }: { readonly record: LiveRecord; readonly log: Log }): ProcessGroups {
  const live = new Map<number, ProcessIdentity>()
  let listener: ProcessGroupListener | undefined
  endLeftovers({ record, log })

  return {
    started(pid) {
      const leader = { pid, startTime: readStartTime(pid) }
      live.set(pid, leader)
      record.write([...live.values()])
      listener?.started(leader)
    },
    ended(pid) {
      if (!live.delete(pid)) return
      record.write([...live.values()])
      listener?.ended(pid)
    },
    tell(next) {
      listener = next
      for (const leader of live.values()) listener.started(leader)
    },
  }
}
