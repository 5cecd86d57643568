import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildFailure, Handshake } from '@fjmcp-broker/shared/runner/runner'
import type { NoChild } from '../supervision/effect.ts'
import type { LiveSession } from './live-session.ts'

/** What children say of themselves: the same for all, so the first one's answers for all sessions that come after. */
export interface Handshakes {
  /** The handshake known, or that of the session's child, which is started for it. One child at a time is started for this. */
  obtain(session: LiveSession): Promise<Result<Handshake, ChildFailure>>
  handshakeKnown(session: LiveSession, handshake: Handshake): void
  noChild(session: LiveSession, failure: NoChild): void
}

/** @param ask Asks for the handshake of a session's child; `handshakeKnown` or `noChild` is the answer. */
export function createHandshakes(ask: (session: LiveSession) => void): Handshakes {
  const waiting = new Map<LiveSession, (outcome: Result<Handshake, NoChild>) => void>()
  let known: Handshake | undefined
  let underWay: Promise<Result<Handshake, NoChild>> | undefined

  return {
    async obtain(session) {
      for (;;) {
        if (known !== undefined) return ok(known)
        underWay ??= askOnce(session)
        const outcome = await underWay
        if (outcome.ok) return outcome
        if (outcome.error.reason !== 'session_over') return err(outcome.error)
        if (session.state.over) return err({ reason: 'child_unavailable', detail: 'The session has ended.' })
      }
    },
    handshakeKnown(session, handshake) {
      known = handshake
      settle(session, ok(handshake))
    },
    noChild: (session, failure) => settle(session, err(failure)),
  }

  async function askOnce(session: LiveSession): Promise<Result<Handshake, NoChild>> {
    const { promise, resolve } = Promise.withResolvers<Result<Handshake, NoChild>>()
    waiting.set(session, resolve)
    ask(session)
    return promise
  }

  function settle(session: LiveSession, outcome: Result<Handshake, NoChild>): void {
    const resolve = waiting.get(session)
    if (resolve === undefined) return
    waiting.delete(session)
    underWay = undefined
    resolve(outcome)
  }
}
