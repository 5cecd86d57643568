import type { AccessMemory } from '../../memory/access-memory.ts'
import type { Access } from '../../memory/open-answers.ts'
import { letGoOfSessions, type LettingGo, type Released } from './let-go-of-sessions.ts'

export type Withdrawal = LettingGo & AccessMemory

/**
 * Ends what the process and the runner still have of access whose rows are gone: what is remembered, so that the next request finds
 * nothing; then the answers that are open; then the sessions with their children. All but the last is done on return of the promise.
 *
 * @param covers Says which access has ended.
 * @returns Settles when the runner was told; whether it has let go of everything.
 */
export function withdrawAccess(
  deps: Withdrawal,
  { covers, ...released }: Released & { readonly covers: (access: Access) => boolean },
): Promise<boolean> {
  const { accessTokens, sessions, descriptions, openAnswers, log } = deps
  accessTokens.forgetWhere(covers)
  sessions.forget(released.sessionIds)
  for (const id of released.sessionIds) {
    descriptions.end({ id })
    log.info('session_ended', { session: id, by: 'access_ended' })
  }
  openAnswers.endWhere(covers)
  return letGoOfSessions(deps, released)
}
