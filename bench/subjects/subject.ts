import type { HttpConnection } from '../load/http-connection.ts'
import type { Session } from '../load/session.ts'

/** What is measured, in the order of the table: the child straight over stdio, the broker, and the peers. */
export const subjectNames = ['floor', 'broker', 'supergateway', 'mcp-proxy'] as const

export type SubjectName = (typeof subjectNames)[number]

/** One way to the child, started and ready. */
export interface Subject {
  readonly name: SubjectName
  /** A session of its own that is not open yet, by a connection of its own where none is given. */
  createSession(connection?: HttpConnection): Session
  /** The processes that it began with; theirs are found by their parents. Neither load generator nor API is among them. */
  roots(): readonly number[]
  stop(): Promise<void>
}
