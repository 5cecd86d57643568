import { type ChildStart, createStdioSession, type StdioSession } from '../load/stdio-session.ts'
import type { Subject } from './subject.ts'

/** The child straight over stdio, one for each session. */
export function createFloor(start: ChildStart): Subject {
  const sessions = new Set<StdioSession>()
  return {
    name: 'floor',
    createSession() {
      const session = createStdioSession(start)
      sessions.add(session)
      return {
        ...session,
        async close() {
          await session.close()
          sessions.delete(session)
        },
      }
    },
    roots: () => [...sessions].flatMap((session) => session.pid() ?? []),
    async stop() {
      await Promise.all([...sessions].map((session) => session.close()))
    },
  }
}
