import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { toAsciiJson } from '@fjmcp-broker/shared/ascii-json'
import { followAdmin } from '../../follow-admin.ts'
import { fail } from '../../reply.ts'
import { type AccessCall, withQuery } from '../access/ask-access.ts'
import { mostRows } from '../access/parse-limit.ts'
import { locateAdminSocket } from '../locate-admin-socket.ts'
import { sessionColumns, toLine } from './describe-session.ts'
import { changeSchema, type Session } from './session-schema.ts'
import type { SessionsAsked } from './sessions.ts'

interface Following extends AccessCall {
  readonly asked: SessionsAsked & { readonly limit: number }
  /** Ends it. */
  readonly stopping: AbortSignal
  /** Whether anybody still reads what is printed. */
  readonly isRead: () => boolean
  /** How long a broker that is away is left alone before it is asked again. */
  readonly retryMs?: number
}

/**
 * Prints the newest sessions that fit and then each that begins, changes or ends, one a line. A broker that stops is waited for, and then
 * tells all of them again; returns the exit code: 0 ended as asked, 1 no broker answered, 78 wrong settings.
 */
export async function followSessions({ environment, asked, stopping, isRead, retryMs = 1_000, ...reply }: Following): Promise<number> {
  const socketPath = locateAdminSocket(environment)
  if (!socketPath.ok) return fail(reply, socketPath.error, exitCode.configuration)

  const followed = await followAdmin({
    socketPath: socketPath.value,
    path: () => withQuery('/sessions/follow', { ...asked }),
    schema: changeSchema,
    onFirstOpen() {
      if (!reply.json) reply.print(toLine(Object.keys(sessionColumns)))
    },
    onLine(change) {
      if (reply.json) reply.print(toAsciiJson(change))
      else if ('isPart' in change) reply.complain(sayPart(asked.limit))
      else reply.print('ended' in change ? describeEnd(change.ended) : describeRow(change.session))
    },
    complain: reply.complain,
    stopping,
    isRead,
    retryMs,
  })
  return followed.ok ? 0 : fail(reply, followed.error)
}

function describeRow(session: Session): string {
  return toLine(Object.values(sessionColumns).map((cell) => cell(session)))
}

function describeEnd({ userLogin, clientName, id }: Session): string {
  return toLine([userLogin, clientName, id, 'ended'])
}

function sayPart(limit: number): string {
  return `These are the newest ${limit}: there are more, which are not followed. --limit takes up to ${mostRows}; --user and --client choose.`
}
