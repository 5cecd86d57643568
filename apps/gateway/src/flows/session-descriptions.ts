import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { Result } from '@fjmcp-broker/shared/result'
import type { ChildFailure, Handshake, Runner, SessionKey } from '@fjmcp-broker/shared/runner/runner'
import type { Session } from '../store/store.ts'
import { createBoundedMap } from './bounded-map.ts'

/** The runner's name for a session. */
export function sessionKey(session: Pick<Session, 'id'>): SessionKey {
  return `s:${session.id}`
}

/** One telling of the runner what a session is. */
export interface SessionDescribed {
  /** What was told, comparable. */
  readonly told: string
  readonly outcome: Promise<Result<Handshake, ChildFailure>>
}

/**
 * Sees to it that the runner knows every session by what its row and its grant say now. What this process told is remembered, so a
 * changed grant is told at the next call and an unchanged one costs nothing; concurrent calls tell once.
 */
export interface SessionDescriptions {
  /** @param forgotten The telling that the runner turned out to have forgotten: it is told again, unless that has happened meanwhile. */
  ensure(session: Session, accessLevel: AccessLevel, forgotten?: SessionDescribed): SessionDescribed
  drop(session: Session): void
}

const rememberedDescriptions = 10_000

export function createSessionDescriptions({ runner }: { readonly runner: Pick<Runner, 'describe'> }): SessionDescriptions {
  const remembered = createBoundedMap<SessionDescribed>(rememberedDescriptions)

  async function describe(session: Session, accessLevel: AccessLevel): Promise<Result<Handshake, ChildFailure>> {
    try {
      const outcome = await runner.describe({
        key: sessionKey(session),
        userId: session.userId,
        accessLevel,
        logLevel: session.logLevel ?? undefined,
      })
      if (!outcome.ok) remembered.delete(session.id)
      return outcome
    } catch (error) {
      remembered.delete(session.id)
      throw error
    }
  }

  return {
    ensure(session, accessLevel, forgotten) {
      const told = `${accessLevel} ${session.logLevel}`
      const known = remembered.get(session.id)
      if (known !== undefined && known !== forgotten && known.told === told) return known
      const described = { told, outcome: describe(session, accessLevel) }
      remembered.set(session.id, described)
      return described
    },
    drop(session) {
      remembered.delete(session.id)
    },
  }
}
