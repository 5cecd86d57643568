import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Handshake } from '@fjmcp-broker/shared/runner/runner'
import type { Schedule } from '../schedule.ts'
import type { Effect, Ignored, NoChild } from '../supervision/effect.ts'
import type { SessionEvent } from '../supervision/event.ts'
import { sharePlaces } from '../supervision/places.ts'
import { hasProcess, type Limits, nextDeadlineMs } from '../supervision/session.ts'
import { supervise } from '../supervision/supervise.ts'
import type { LiveChild, LiveSession } from './live-session.ts'

/** Does what the supervision decides, and decides nothing. */
export interface Supervisor {
  /** Tells what happened to a session; all that follows from it has been done on return. */
  tell(session: LiveSession, event: SessionEvent): void
  /** How many places for children are taken. */
  childCount(): number
  /** How many calls wait for an answer. */
  callCount(): number
  /** Settles as soon as none does. */
  callsAnswered(): Promise<void>
}

/** Starts the child of a session; what becomes of it is told as events. */
export type StartChild = (session: LiveSession, run: number, tell: (event: SessionEvent) => void) => LiveChild

/** Who wants to know what comes of starting children. */
export interface SupervisorListener {
  handshakeKnown(session: LiveSession, handshake: Handshake): void
  noChild(session: LiveSession, failure: NoChild): void
  startFailed(session: LiveSession, detail: string): void
  ignored(session: LiveSession, what: Ignored): void
}

export function createSupervisor({
  limits,
  maxChildren,
  clock,
  schedule,
  startChild,
  listener,
}: {
  readonly limits: Limits
  readonly maxChildren: number
  readonly clock: Clock
  readonly schedule: Schedule
  readonly startChild: StartChild
  readonly listener: SupervisorListener
}): Supervisor {
  const queue: { readonly session: LiveSession; readonly event: SessionEvent }[] = []
  const waiting = new Set<LiveSession>()
  const holding = new Set<LiveSession>()
  const onceAnswered = new Set<() => void>()
  let calls = 0
  let isAtWork = false

  return {
    tell,
    childCount: () => holding.size,
    callCount: () => calls,
    async callsAnswered() {
      if (calls > 0) await new Promise<void>((resolve) => onceAnswered.add(resolve))
    },
  }

  function tell(session: LiveSession, event: SessionEvent): void {
    queue.push({ session, event })
    if (isAtWork) return
    isAtWork = true
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        advance(next.session, next.event)
        if (queue.length === 0 && waiting.size > 0) shareOut()
      }
    } finally {
      isAtWork = false
    }
    if (calls === 0) settleAll(onceAnswered)
  }

  function advance(session: LiveSession, event: SessionEvent): void {
    const { state, effects } = supervise(session.state, event, { nowMs: clock(), limits })
    calls += state.calls.size - session.state.calls.size
    session.state = state
    for (const effect of effects) perform(session, effect)
    file(session)
    setTimer(session)
  }

  function shareOut(): void {
    const { given, refused, evicted } = sharePlaces({ limit: maxChildren, waiting, holding })
    for (const session of given) queue.push({ session, event: { type: 'place_given' } })
    for (const session of refused) queue.push({ session, event: { type: 'place_refused' } })
    for (const session of evicted) queue.push({ session, event: { type: 'evicted' } })
  }

  function perform(session: LiveSession, effect: Effect): void {
    switch (effect.type) {
      case 'start':
        session.child = startChild(session, effect.run, (event) => tell(session, event))
        return
      case 'write':
        return session.child?.write(effect.message)
      case 'close':
        return session.child?.close()
      case 'signal':
        return session.child?.signal(effect.signal)
      case 'relay':
        return session.streams.add(effect.stream, { message: effect.message, size: effect.size, final: false })
      case 'answer': {
        const { message, size, reason } = effect
        return session.streams.add(effect.stream, { message, size, final: true, reason })
      }
      case 'hang_up':
        return session.streams.hangUp(effect.stream)
      case 'report_handshake':
        return listener.handshakeKnown(session, effect.handshake)
      case 'report_no_child':
        return listener.noChild(session, effect.failure)
      case 'report_failed_start':
        return listener.startFailed(session, effect.detail)
      case 'note_ignored':
        return listener.ignored(session, effect.what)
    }
  }

  function file(session: LiveSession): void {
    setMembership(waiting, session, session.state.phase.name === 'waiting')
    setMembership(holding, session, hasProcess(session.state))
    if (hasProcess(session.state)) return
    session.child = undefined
    settleAll(session.onceGone)
  }

  function setTimer(session: LiveSession): void {
    const atMs = nextDeadlineMs(session.state, limits)
    // A timer that comes too early looks again; that is cheaper than to set one anew for every call.
    if (atMs !== undefined && session.timer !== undefined && session.timer.atMs <= atMs) return
    session.timer?.callOff()
    session.timer = undefined
    if (atMs === undefined) return
    const callOff = schedule(Math.max(0, atMs - clock()), () => {
      session.timer = undefined
      tell(session, { type: 'deadline_passed' })
    })
    session.timer = { atMs, callOff }
  }
}

function settleAll(waiting: Set<() => void>): void {
  for (const settle of waiting) settle()
  waiting.clear()
}

function setMembership(set: Set<LiveSession>, session: LiveSession, isMember: boolean): void {
  if (isMember) set.add(session)
  else set.delete(session)
}
