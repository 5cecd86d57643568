/** A connected MCP client. Belongs to a user and a client through the grant, never to token bytes. */
export interface Session {
  readonly id: string
  /** Hash of the `Mcp-Session-Id` that the client carries. */
  readonly hash: string
  readonly grantId: string
  readonly userId: string
  readonly clientId: string
  readonly protocolVersion: string
  readonly logLevel: string | null
  readonly createdAtMs: number
}

/** What is left to know of a session that is no more. */
export type EndedSession = Pick<Session, 'id' | 'hash' | 'userId' | 'clientId' | 'grantId'>

/** When a session was used last. */
export interface SessionUse {
  readonly sessionId: string
  readonly atMs: number
}

/** The sessions in which something is open, by what that is. */
export interface OpenSessions {
  readonly calls: readonly string[]
  readonly streams: readonly string[]
}

/**
 * Which sessions end to make room: of a user's those of the client that has the most of them. There, one in which nothing is open ends
 * first, then one with a stream and at last one with a call; among equals the one used longest ago.
 */
export interface SessionEviction {
  /** Of all users where it is undefined; then clients make no difference. */
  readonly userId: string | undefined
  readonly number: number
  readonly open: OpenSessions
  /** Uses that are not recorded yet. */
  readonly uses: readonly SessionUse[]
}

export interface WhichSessions {
  readonly id?: string | undefined
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
}

export interface SessionStore {
  /** Adds a session and, in the same write, ends others to make room for it; returns those. */
  insert(session: Session, eviction?: SessionEviction): Promise<readonly EndedSession[]>
  find(hash: string): Promise<Session | undefined>
  setLogLevel(id: string, level: string): Promise<void>
  /** Ends a session; false when it was gone. */
  end(id: string): Promise<boolean>
  /** How many there are. */
  count(): Promise<number>
  /** Ends the sessions that all of this is true of, none where nothing is said; returns them. */
  endOf(which: WhichSessions): Promise<readonly EndedSession[]>
  /** Ends sessions that were not used since before `usedBeforeMs`, `limit` at most; returns them. */
  endIdle(usedBeforeMs: number, limit: number): Promise<readonly EndedSession[]>
  /** How many sessions each user has who has any. */
  countByUser(): Promise<readonly { readonly userId: string; readonly sessions: number }[]>
  /** Records uses, many at once; one that is older than what is recorded changes nothing. */
  touch(uses: readonly SessionUse[]): Promise<void>
}
