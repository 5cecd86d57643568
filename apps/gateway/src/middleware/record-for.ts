import type { Context } from 'hono'
import type { RecordEvent } from '../domain/audit/audit-event.ts'
import type { GatewayEnv } from '../hono-env.ts'
import type { AuditTrail } from '../memory/audit-trail.ts'
import type { AddressOf } from './address-of.ts'

/** What keeps the events of one request, with the address of its caller. */
export type RecordFor = (c: Context<GatewayEnv>) => RecordEvent

export function createRecordFor({ record }: Pick<AuditTrail, 'record'>, addressOf: AddressOf): RecordFor {
  return (c) => (event) => record(event, addressOf(c))
}
