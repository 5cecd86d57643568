import type { Clock } from '@fjmcp-broker/shared/clock'
import type { SessionKey } from '@fjmcp-broker/shared/runner/runner'
import type { LiveChild } from '../pool/live-child.ts'
import type { RunnerProbe } from '../probe.ts'
import type { Schedule } from '../schedule.ts'
import type { Effect, Ignored } from '../supervision/effect.ts'
import type { SessionEvent } from '../supervision/event.ts'
import { type Places, standingOf } from '../supervision/places.ts'
import type { Limits } from '../supervision/limits.ts'
import { hasProcess, nextDeadlineMs, queuedCalls, waitsOfCalls } from '../supervision/session.ts'
import { supervise } from '../supervision/supervise.ts'
import { type CallCount, createCallCounts } from './call-counts.ts'
import type { LiveSession } from './live-session.ts'

/** Does what the supervision decides for sessions, and decides nothing. */
export interface Supervisor {
  /** Tells what happened to a session. Outside of a turn, all that follows from it has been done on return. */
  tell(session: LiveSession, event: SessionEvent): void
  /** Gives a ready child to a session that waits for one. */
  handOver(session: LiveSession, child: LiveChild): void
  /** Calls without an answer. */
  calls(): CallCount
  callsOfUser(userId: string): CallCount
  /** Settles as soon as no call waits for an answer. */
  callsAnswered(): Promise<void>
}

/**
 * @param places Told where each session stands.
 * @param turn Runs a task when no other is under way.
 * @param random Draws a number from 0 up to 1.
 */
export function createSupervisor({
  limits,
  places,
  turn,
  clock,
  random,
  schedule,
  probe,
  noteIgnored,
}: {
  readonly limits: Limits
  readonly places: Pick<Places<LiveSession>, 'file'>
  readonly turn: (task: () => void) => void
  readonly clock: Clock
  readonly random: () => number
  readonly schedule: Schedule
  readonly probe: Pick<RunnerProbe, 'callWaited'>
  readonly noteIgnored: (what: Ignored, session: SessionKey) => void
}): Supervisor {
  const counts = createCallCounts()
  const onceAnswered = new Set<() => void>()

  return {
    tell,
    handOver(session, child) {
      const run = session.state.run + 1
      child.handOver(session, {
        tell: (event) => tell(session, { ...event, run }),
        describe: () => ({ session: session.key, phase: session.state.phase.name }),
      })
      session.child = child
      session.childSinceMs = clock()
      for (const waitedMs of waitsOfCalls(session.state, { nowMs: session.childSinceMs, limits })) probe.callWaited(waitedMs)
      tell(session, { type: 'child_given' })
    },
    calls: () => counts.inAll(),
    callsOfUser: (userId) => counts.ofUser(userId),
    async callsAnswered() {
      if (counts.inAll().calls > 0) await new Promise<void>((resolve) => onceAnswered.add(resolve))
    },
  }

  function tell(session: LiveSession, event: SessionEvent): void {
    turn(() => advance(session, event))
  }

  function advance(session: LiveSession, event: SessionEvent): void {
    const before = session.state
    const { state, effects } = supervise(before, event, { nowMs: clock(), limits, chance: random() })
    session.state = state
    counts.add(session.userId, { calls: state.calls.size - before.calls.size, queued: queuedCalls(state) - queuedCalls(before) })
    for (const effect of effects) perform(session, effect)
    places.file(session, standingOf(state))
    if (!hasProcess(state)) {
      session.child = undefined
      session.childSinceMs = undefined
      settleAll(session.onceGone)
    }
    setTimer(session)
    if (counts.inAll().calls === 0) settleAll(onceAnswered)
  }

  function perform(session: LiveSession, effect: Effect): void {
    const { child, streams } = session
    switch (effect.type) {
      case 'write':
        return child?.write(effect.message)
      case 'close':
        return child?.close()
      case 'signal':
        return child?.signal(effect.signal)
      case 'relay':
        return streams.add(effect.stream, { message: effect.message, size: effect.size, final: false })
      case 'answer': {
        const { message, size, reason } = effect
        return streams.add(effect.stream, { message, size, final: true, reason })
      }
      case 'hang_up':
        return streams.hangUp(effect.stream)
      case 'note_ignored':
        return noteIgnored(effect.what, session.key)
    }
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
