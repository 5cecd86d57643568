import type { Listing, Page } from './access-listing.ts'

/** A session as the operator sees one. Nothing here is secret. */
export interface ListedSession {
  readonly id: string
  readonly userId: string
  readonly userLogin: string
  readonly clientId: string
  readonly clientName: string
  readonly grantId: string
  readonly protocolVersion: string
  /** What the client set; null where it set none. */
  readonly logLevel: string | null
  readonly createdAtMs: number
  /** As far as uses are recorded. */
  readonly lastUsedAtMs: number
}

export interface SessionFilter {
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
}

/** Looks at the sessions that there are, the newest first. */
export interface SessionListing {
  list(filter: SessionFilter, page: Page): Promise<Listing<ListedSession>>
  find(id: string): Promise<ListedSession | undefined>
}
