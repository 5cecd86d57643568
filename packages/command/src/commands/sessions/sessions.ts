import { z } from 'zod'
import { fail } from '../../reply.ts'
import { nextSchema } from '../access/access-schema.ts'
import { type AccessCall, askAccess, withQuery } from '../access/ask-access.ts'
import { describeRows } from '../access/describe-access.ts'
import { type Part, sayNone } from '../access/part.ts'
import { describeSession, sessionColumns } from './describe-session.ts'
import { endedSchema, sessionSchema } from './session-schema.ts'

/** Whose sessions are meant. */
export interface SessionsAsked {
  /** By id or login. */
  readonly user?: string | undefined
  readonly clientId?: string | undefined
}

/** Lists sessions, the newest first; returns the exit code. */
export function listSessions(call: AccessCall, asked: SessionsAsked & Part): Promise<number> {
  return askAccess(call, {
    path: withQuery('/sessions', { ...asked }),
    schema: z.object({ sessions: z.array(sessionSchema), next: nextSchema }),
    describe: ({ sessions, next }) =>
      describeRows({
        rows: sessions,
        columns: sessionColumns,
        next,
        none: sayNone(asked, { none: 'No client is connected.', noneFits: 'No session fits.' }),
      }),
  })
}

/** Shows one session; returns the exit code. */
export function showSession(call: AccessCall, id: string): Promise<number> {
  return askAccess(call, {
    path: `/sessions/${encodeURIComponent(id)}`,
    schema: z.object({ session: sessionSchema }),
    describe: ({ session }) => describeSession(session),
  })
}

/** Ends one session, or all of a user, of a client, or of a user with a client; returns the exit code, 64 where nobody or both is named. */
export async function endSessions(call: AccessCall, which: SessionsAsked & { readonly id?: string | undefined }): Promise<number> {
  const { id, ...owner } = which
  const isOwnerNamed = owner.user !== undefined || owner.clientId !== undefined
  if ((id === undefined) !== isOwnerNamed) {
    return fail(call, { reason: 'called_wrongly', message: 'Give the id of a session, or --user, --client or both of these.' }, 64)
  }
  return askAccess(call, {
    method: 'DELETE',
    path: id === undefined ? withQuery('/sessions', { ...owner }) : `/sessions/${encodeURIComponent(id)}`,
    schema: endedSchema,
    describe: ({ ended: { sessions, childrenEnded } }) => [
      `Ended ${sessions} session${sessions === 1 ? '' : 's'}. Their clients begin new ones by themselves: the access stays.`,
      ...(childrenEnded ? [] : ['The runner was not reached. It ends the children as soon as it is; the log says session_end_told_late.']),
    ],
  })
}
