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

export interface SessionStore {
  insert(session: Session): Promise<void>
  find(hash: string): Promise<Session | undefined>
  setLogLevel(id: string, level: string): Promise<void>
  /** Ends a session; false when it was gone. */
  end(id: string): Promise<boolean>
  /** How many there are. */
  count(): Promise<number>
  /** Records use, many at once: last-used stamps are batched by the caller. */
  touch(sessionIds: readonly string[], nowMs: number): Promise<void>
}
