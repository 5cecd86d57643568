import { createBoundedMap } from '@fjmcp-broker/shared/bounded-map'
import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildFailure, Runner, SessionKey } from '@fjmcp-broker/shared/runner/runner'
import type { Session } from '../store/session-store.ts'

/** The runner's name for a session. */
export function sessionKey(session: Pick<Session, 'id'>): SessionKey {
  return `s:${session.id}`
}

/** One telling of the runner what a session is. */
export interface SessionDescribed {
  /** What was told, comparable. */
  readonly told: string
  readonly outcome: Promise<Result<undefined, ChildFailure>>
}

/** It was ended while the request was on its way. */
export interface SessionEnded {
  readonly reason: 'session_ended'
}

/**
 * Sees to it that the runner knows every session by what its row and its grant say now. What this process told is remembered, so a
 * changed grant is told at the next call and an unchanged one costs nothing; concurrent calls tell once.
 */
export interface SessionDescriptions {
  /** @param forgotten The telling that the runner turned out to have forgotten: it is told again, unless that has happened meanwhile. */
  ensure(session: Session, accessLevel: AccessLevel, forgotten?: SessionDescribed): Result<SessionDescribed, SessionEnded>
  /** Tells the runner of a change at once, where it was told of the session before; a failure makes the next `ensure` tell it. */
  renew(session: Session, accessLevel: AccessLevel): void
  /** From now on the session is told no more: a request that was on its way when it ended does not bring it back. */
  end(session: Pick<Session, 'id'>): void
}

/** Longer than any request is on its way. */
const rememberedEnds = 10_000

/** @param limit Sessions remembered at most; of the others the runner is told again with each call. */
export function createSessionDescriptions({ runner }: { readonly runner: Pick<Runner, 'describe'> }, limit: number): SessionDescriptions {
  const remembered = createBoundedMap<SessionDescribed>(limit)
  const ended = createBoundedMap<true>(rememberedEnds)

  function describe(session: Session, accessLevel: AccessLevel): Promise<Result<undefined, ChildFailure>> {
    return runner.describe({ key: sessionKey(session), userId: session.userId, accessLevel, logLevel: session.logLevel ?? undefined })
  }

  /** A telling that failed is not remembered; one that came after it is. */
  async function forgetFailure(session: Session, described: SessionDescribed): Promise<void> {
    const isTold = await described.outcome.then(
      ({ ok }) => ok,
      () => false,
    )
    if (!isTold && remembered.get(session.id) === described) remembered.delete(session.id)
  }

  const ensure: SessionDescriptions['ensure'] = (session, accessLevel, forgotten) => {
    if (ended.get(session.id) === true) return err({ reason: 'session_ended' })
    const told = `${accessLevel} ${session.logLevel}`
    const known = remembered.get(session.id)
    if (known !== undefined && known !== forgotten && known.told === told) return ok(known)
    const described = { told, outcome: describe(session, accessLevel) }
    remembered.set(session.id, described)
    void forgetFailure(session, described)
    return ok(described)
  }

  return {
    ensure,
    renew(session, accessLevel) {
      if (remembered.get(session.id) !== undefined) ensure(session, accessLevel)
    },
    end(session) {
      remembered.delete(session.id)
      ended.set(session.id, true)
    },
  }
}
