import type { GatewayDependencies } from '../dependencies.ts'
import { describeFailure } from '../describe-failure.ts'
import { type AuditEvent, auditEventLevel } from '../domain/audit/audit-event.ts'
import { fitDetails } from '../domain/audit/fit-details.ts'
import type { NewAuditEvent } from '../store/audit-store.ts'
import type { Store } from '../store/store.ts'

/**
 * Keeps events: at once as a line of the log, and within milliseconds as a row of the store, several in one write. So an act is answered
 * without the wait for another write to the disk, and many acts at once cost one.
 */
export interface AuditTrail {
  /** Never throws. Without an address where nobody asked for what happened. */
  readonly record: (event: AuditEvent, address?: string) => void
  /** Settles when everything that was recorded until now is stored, or could not be. */
  readonly flush: () => Promise<void>
  /** Calls back after each write; returns what ends it. */
  readonly watch: (onWritten: () => void) => () => void
}

/** So that the busiest broker writes twenty times a second for it; far too short for anybody to look in between. */
const gatheringMs = 50
const mostPerWrite = 100
/** Where the store hangs for seconds: beyond it events are in the log only. */
const mostWaiting = 10_000

export function createAuditTrail({
  store,
  log,
  probe,
  clock,
  newId,
  waitUntil,
  stopping,
}: Pick<GatewayDependencies, 'log' | 'probe' | 'clock' | 'newId' | 'waitUntil' | 'stopping'> & {
  readonly store: Pick<Store, 'auditEvents'>
}): AuditTrail {
  const waiting: NewAuditEvent[] = []
  const watchers = new Set<() => void>()
  let writing: Promise<void> | undefined
  let hurry: () => void = () => {}
  stopping.addEventListener('abort', () => hurry())

  return {
    record({ details, ...event }, address) {
      const fitting = details === undefined ? undefined : fitDetails(details)
      const kept = { id: newId('aud'), atMs: clock(), ...event, address, details: fitting }
      log[auditEventLevel(kept)](kept.type, toLogFields(kept))
      probe.eventRecorded(kept.type)
      if (waiting.length >= mostWaiting) return reportLoss(kept, { reason: 'too many events are waiting for the database' })
      waiting.push(kept)
      if (writing !== undefined) return
      writing = writeSoon()
      waitUntil(writing)
    },
    async flush() {
      hurry()
      await writing
    },
    watch(onWritten) {
      watchers.add(onWritten)
      return () => watchers.delete(onWritten)
    },
  }

  async function writeSoon(): Promise<void> {
    await gather()
    while (waiting.length > 0) await write(waiting.splice(0, mostPerWrite))
    writing = undefined
    for (const onWritten of watchers) onWritten()
  }

  async function gather(): Promise<void> {
    if (stopping.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, gatheringMs)
    hurry = resolve
    await promise
    clearTimeout(timer)
  }

  async function write(events: readonly NewAuditEvent[]): Promise<void> {
    try {
      await store.auditEvents.insert(events)
    } catch (error) {
      const why = describeFailure(error)
      for (const event of events) reportLoss(event, why)
    }
  }

  function reportLoss(event: NewAuditEvent, why: { readonly reason: string }): void {
    log.error('audit_event_not_stored', { ...toLogFields(event), type: event.type, ...why })
  }
}

/** By `audit` an operator selects these lines among all others; no detail takes its place or that of an id. */
function toLogFields({ id, userId, userLogin, clientId, clientName, grantId, address, details }: NewAuditEvent) {
  return { ...details, audit: true, auditId: id, userId, userLogin, clientId, clientName, grantId, address }
}
