import type { GatewayDependencies } from '../../dependencies.ts'
import { type AuditEvent, auditEventLevel } from '../../domain/audit/audit-event.ts'

/** Keeps an event and where it came from; never rejects. */
export type RecordEventFrom = (event: AuditEvent, address: string | undefined) => Promise<void>

/** Says every event in the log. */
export function createEventRecorder({ log }: Pick<GatewayDependencies, 'log'>): RecordEventFrom {
  return async ({ type, details, ...event }, address) => {
    log[auditEventLevel(type)](type, { ...details, audit: true, ...event, address })
  }
}
