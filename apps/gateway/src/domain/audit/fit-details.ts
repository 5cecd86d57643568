import type { AuditEvent } from './audit-event.ts'

type Details = NonNullable<AuditEvent['details']>

const maxTextLength = 200
const maxListLength = 8

/** Cuts down what an event says besides: some of it comes from strangers, who shall not fill the database with it. */
export function fitDetails(details: Details): Details {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, fit(value)]))
}

function fit(value: Details[string]): Details[string] {
  if (typeof value === 'string') return cut(value)
  if (typeof value !== 'object' || value === null) return value
  const left = value.length - maxListLength
  return [...value.slice(0, maxListLength).map(cut), ...(left > 0 ? [`… and ${left} more`] : [])]
}

function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text
}
