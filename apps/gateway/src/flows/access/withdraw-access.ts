import type { AccessMemory } from '../../memory/access-memory.ts'
import type { Access } from '../../memory/open-answers.ts'
import { letGoOfSessions, type LettingGo, type Released } from './let-go-of-sessions.ts'

/**
 * Ends what the process and the runner still have of access whose rows are gone: what is remembered, so that the next request finds
 * nothing; then the answers that are open; then the sessions with their children. All but the last is done on return of the promise, which
 * settles when the runner was told, and says whether it has let go of everything.
 */
export type WithdrawAccess = (withdrawn: Withdrawn) => Promise<boolean>

export interface Withdrawn extends Released {
  /** Says which access has ended. */
  readonly covers: (access: Access) => boolean
}

export function createWithdrawAccess(deps: LettingGo & AccessMemory): WithdrawAccess {
  const { accessTokens, sessions, descriptions, openAnswers, unsavedTokens, log } = deps
  return ({ covers, ...released }) => {
    accessTokens.forgetWhere(covers)
    if (released.credential !== undefined) unsavedTokens.delete(released.credential.userId)
    sessions.forget(released.sessionIds)
    for (const id of released.sessionIds) {
      descriptions.end({ id })
      log.info('session_ended', { session: id, by: 'access_ended' })
    }
    openAnswers.endWhere(covers)
    return letGoOfSessions(deps, released)
  }
}
