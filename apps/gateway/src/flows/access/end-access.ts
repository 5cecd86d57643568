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
export interface AccessEnd extends Omit<EndedAccess, 'sessionIds'> {
  readonly sessions: number
  /** False where the runner was out of reach: it is told as soon as it is back, and until then a child at work goes on. */
  readonly childrenEnded: boolean
}

/** Ends what one user allowed one client, from the next request on. Undefined where there is no such grant. */
export async function endGrant(deps: AccessEnding, grantId: string): Promise<AccessEnd | undefined> {
  const ended = await deps.store.access.endGrant(grantId, deps.clock())
  if (ended === undefined) return undefined
  const letGo = deps.withdrawAccess({ covers: (access) => access.grantId === grantId, sessionIds: ended.sessionIds })
  const { userId, clientId } = ended
  deps.record({ type: 'grant_ended', userId, clientId, grantId, details: detailsOf(ended) })
  return describe(ended, await letGo)
}

/** Ends all grants of a client, the sign-ins that are on their way to it, and the client itself. Undefined where there is no such client. */
export async function endClient(deps: AccessEnding, clientId: string): Promise<(AccessEnd & { readonly signIns: number }) | undefined> {
  const ended = await deps.store.access.endClient(clientId, deps.clock())
  if (ended === undefined) return undefined
  const letGo = deps.withdrawAccess({ covers: (access) => access.clientId === clientId, sessionIds: ended.sessionIds })
  const { name: clientName, signIns } = ended
  deps.record({ type: 'client_ended', clientId, clientName, details: { ...detailsOf(ended), signIns } })
  return { ...describe(ended, await letGo), signIns }
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
  deps.record({ type: 'user_ended', userId, userLogin, details: detailsOf(ended) })
  return describe(ended, await letGo)
}

function describe({ grants, tokens, sessionIds }: EndedAccess, childrenEnded: boolean): AccessEnd {
  return { grants, tokens, sessions: sessionIds.length, childrenEnded }
}

function detailsOf({ grants, tokens, sessionIds }: EndedAccess) {
  return { by: 'operator', grants, tokens, sessions: sessionIds.length } as const
}
