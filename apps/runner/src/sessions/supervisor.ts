import type { Clock } from '@fjmcp-broker/shared/clock'
import type { SessionKey } from '@fjmcp-broker/shared/runner/runner'
import { createDeadline } from '../deadline.ts'
import { type LiveChild, performOn } from '../pool/live-child.ts'
import type { Pool } from '../pool/pool.ts'
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
import type { Turns } from '../turns.ts'

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
 * @param pool Told what became of the children of sessions.
 * @param random Draws a number from 0 up to 1.
 */
export function createSupervisor({
  limits,
  places,
  turns,
  pool,
  clock,
  random,
  schedule,
  probe,
  noteIgnored,
}: {
  readonly limits: Limits
  readonly places: Pick<Places<LiveSession>, 'file'>
  readonly turns: Pick<Turns, 'take'>
  readonly pool: Pick<Pool, 'proved' | 'lost'>
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
    turns.take(() => advance(session, event))
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
    session.deadline ??= createDeadline({ clock, schedule, passed: () => tell(session, { type: 'deadline_passed' }) })
    session.deadline.moveTo(nextDeadlineMs(state, limits))
    if (counts.inAll().calls === 0) settleAll(onceAnswered)
  }

  function perform(session: LiveSession, effect: Effect): void {
    const { child, streams } = session
    switch (effect.type) {
      case 'write':
      case 'close':
      case 'signal':
        return performOn(child, effect)
      case 'relay':
        return streams.add(effect.stream, { message: effect.message, size: effect.size, final: false })
      case 'answer': {
        const { message, size, reason } = effect
        return streams.add(effect.stream, { message, size, final: true, reason })
      }
      case 'hang_up':
        return streams.hangUp(effect.stream)
      case 'note_proof':
        return pool.proved()
      case 'note_loss':
        return pool.lost({ of: 'user', userId: session.userId, detail: effect.detail })
      case 'note_ignored':
        return noteIgnored(effect.what, session.key)
    }
  }
}

function settleAll(waiting: Set<() => void>): void {
  for (const settle of waiting) settle()
  waiting.clear()
}
