import type { AuditEvent, AuditEventType } from '../domain/audit/audit-event.ts'

/** An event as it is handed to the store. */
export interface NewAuditEvent extends AuditEvent {
  readonly id: string
  readonly atMs: number
  /** Where the request came from; absent where there was none. */
  readonly address?: string | undefined
}

/** An event as it was stored; what is not known is null. */
export interface StoredAuditEvent {
  /** Counts up with every event written. Only for going on from there: a database that was restored may count anew. */
  readonly position: number
  readonly id: string
  readonly atMs: number
  readonly type: AuditEventType
  readonly userId: string | null
  /** The login at the time of the event. */
  readonly userLogin: string | null
  readonly clientId: string | null
  readonly clientName: string | null
  readonly grantId: string | null
  readonly address: string | null
  readonly details: Readonly<Record<string, unknown>> | null
}

/** Which events: those to which everything given applies. */
export interface AuditFilter {
  /** A user's id or login, in upper or lower case; an earlier login of somebody finds what was done under it. */
  readonly user?: string | undefined
  /** A client's id or name. */
  readonly client?: string | undefined
  readonly grant?: string | undefined
  readonly types?: readonly AuditEventType[] | undefined
  readonly sinceMs?: number | undefined
  /** Exclusive. */
  readonly untilMs?: number | undefined
}

export interface AuditStore {
  /** Stores events in this order, in one write; the login and the name that an event does not bring are copied from their rows. */
  insert(events: readonly NewAuditEvent[]): Promise<void>
  /** The newest events that the filter lets through, in the order in which they were written. */
  listNewest(filter: AuditFilter, limit: number): Promise<readonly StoredAuditEvent[]>
  /** The first events after this position that the filter lets through, in the order in which they were written. */
  listAfter(position: number, filter: AuditFilter, limit: number): Promise<readonly StoredAuditEvent[]>
  /** The position after which the newest of these events stand: so many, or all where there are no more. */
  positionBeforeNewest(filter: AuditFilter, limit: number): Promise<number>
  /** Where this event stands; undefined for one that never was or is gone. */
  findPosition(id: string): Promise<number | undefined>
  /** Where the newest event stands; 0 where there is none. */
  lastPosition(): Promise<number>
  /**
   * Deletes events that are older than `beforeMs`, but for the newest of all; and of those that anybody can cause without being known all
   * but the newest `mostAnonymous`, and but for the registrations of clients with which somebody signed in. One call deletes some thousands
   * at most, so that nobody has to wait for it; returns how many.
   */
  purge(bounds: { readonly beforeMs: number; readonly mostAnonymous: number }): Promise<number>
}
