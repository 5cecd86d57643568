import { printable } from '../../printable.ts'
import type { AuditedEvent } from './audit-question.ts'

/** What stands above the columns of events. */
export const eventColumns = ['time', 'event', 'user', 'client', 'address', 'grant', 'details'] as const

/** An event as the cells of a row, fit for a terminal: names and details come from strangers. */
export function describeEvent(event: AuditedEvent): readonly string[] {
  const cells = [
    new Date(event.atMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    event.type,
    event.userLogin ?? event.userId ?? '-',
    event.clientName ?? event.clientId ?? '-',
    event.address ?? '-',
    event.grantId ?? '-',
    Object.entries(event.details ?? {})
      .map(([name, value]) => `${name}=${describeValue(value)}`)
      .join(' '),
  ]
  return cells.map(printable)
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(describeValue).join(',')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
