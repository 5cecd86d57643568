import type { GatewayDependencies } from '../../dependencies.ts'
import type { RecordEvent } from '../../domain/audit/audit-event.ts'
import type { EndedAccess } from '../../store/access-store.ts'
import type { WithdrawAccess } from './withdraw-access.ts'

/** What it takes to end access, whoever asks for it. */
export type AccessEnding = Pick<GatewayDependencies, 'store' | 'clock' | 'waitUntil'> & {
  readonly withdrawAccess: WithdrawAccess
  readonly record: RecordEvent
}

/** What was ended. */
export interface AccessEnd {
  readonly grants: number
  readonly tokens: number
  readonly sessions: number
  /** False where the runner was out of reach: it is told as soon as it is back, and until then a child at work goes on. */
  readonly childrenEnded: boolean
}

/** Ends what one user allowed one client, from the next request on. Undefined where there is no such grant. */
export async function endGrant(deps: AccessEnding, grantId: string): Promise<AccessEnd | undefined> {
  const ended = await deps.store.access.endGrant(grantId, deps.clock())
  if (ended === undefined) return undefined
  const letGo = deps.withdrawAccess({ covers: (access) => access.grantId === grantId, sessionIds: ended.sessionIds })
  recordGrants(deps, ended)
  return { ...count(ended), childrenEnded: await letGo }
}

/** Ends all grants of a client, the sign-ins that are on their way to it, and the client itself. Undefined where there is no such client. */
export async function endClient(deps: AccessEnding, clientId: string): Promise<(AccessEnd & { readonly signIns: number }) | undefined> {
  const ended = await deps.store.access.endClient(clientId, deps.clock())
  if (ended === undefined) return undefined
  const letGo = deps.withdrawAccess({ covers: (access) => access.clientId === clientId, sessionIds: ended.sessionIds })
  const { name: clientName, signIns } = ended
  deps.record({ type: 'client_ended', clientId, clientName, details: { by, ...count(ended), signIns } })
  recordGrants(deps, ended, 'client_ended')
  return { ...count(ended), signIns, childrenEnded: await letGo }
}

/**
 * Ends all grants of a user, and the user with the credential at Forgejo, of which the runner has nothing any more either. Undefined where
 * there is no such user.
 */
export async function endUser(deps: AccessEnding, userId: string): Promise<AccessEnd | undefined> {
  const ended = await deps.store.access.endUser(userId, deps.clock())
  if (ended === undefined) return undefined
  const { login: userLogin, credentialGeneration: generation, sessionIds } = ended
  const credential = generation === undefined ? undefined : { userId, generation }
  const letGo = deps.withdrawAccess({ covers: (access) => access.userId === userId, sessionIds, credential })
  deps.record({ type: 'user_ended', userId, userLogin, details: { by, ...count(ended) } })
  recordGrants(deps, ended, 'user_ended')
  return { ...count(ended), childrenEnded: await letGo }
}

const by = 'operator'
/** Half of what may wait for the database at a time. */
const mostRecorded = 5_000

/**
 * One event for each grant, so that whoever looks for a user, a client or a grant finds its end.
 *
 * @param whole What the grants ended with, where that was more than one of them.
 */
function recordGrants({ record }: AccessEnding, { grants }: EndedAccess, whole?: 'client_ended' | 'user_ended'): void {
  for (const { id: grantId, tokens, sessions, ...whose } of grants.slice(0, mostRecorded)) {
    record({ type: 'grant_ended', grantId, ...whose, details: { by, ...(whole && { with: whole }), tokens, sessions } })
  }
}

function count({ grants, sessionIds }: EndedAccess): Omit<AccessEnd, 'childrenEnded'> {
  return { grants: grants.length, tokens: grants.reduce((sum, { tokens }) => sum + tokens, 0), sessions: sessionIds.length }
}
