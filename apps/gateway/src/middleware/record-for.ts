import type { Context } from 'hono'
import type { RecordEvent } from '../domain/audit/audit-event.ts'
import type { RecordEventFrom } from '../flows/audit/record-event.ts'
import type { GatewayEnv } from '../hono-env.ts'
import type { AddressOf } from './address-of.ts'

/** What keeps the events of one request, with the address of its caller. */
export type RecordFor = (c: Context<GatewayEnv>) => RecordEvent

export function createRecordFor(recordFrom: RecordEventFrom, addressOf: AddressOf): RecordFor {
  return (c) => (event) => recordFrom(event, addressOf(c))
}
