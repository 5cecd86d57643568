/** One MCP session that the bench drives. Only one of its methods runs at a time; each throws unless it is answered well. */
export interface Session {
  /** From nothing to the answer to `initialize`: over stdio that starts the child. */
  initialize(): Promise<void>
  /** Says that the client is ready, and waits until that is taken. */
  confirm(): Promise<void>
  call(tool: ToolCall): Promise<void>
  list(): Promise<void>
  /** Ends the session at the other side too. */
  close(): Promise<void>
}

/** A call that is made over and over. */
export interface ToolCall {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  /** What stands in a good answer and in no error. */
  readonly answer: string
}

/** One GET at Forgejo's API; the name of its user comes from there. */
export const userCall: ToolCall = { name: 'get_my_user_info', input: {}, answer: 'alice' }

/** Opens a session as a client does: `initialize` and what follows it. */
export async function open(session: Session): Promise<Session> {
  await session.initialize()
  await session.confirm()
  return session
}
