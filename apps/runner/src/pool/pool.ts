import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Handshake } from '@fjmcp-broker/shared/runner/runner'
import { createDeadline, type Deadline } from '../deadline.ts'
import type { Schedule } from '../schedule.ts'
import type { Turns } from '../turns.ts'
import { type ChildLoss, type Circuit, newCircuit, noteLived, noteLoss, noteProof, noteReady, noteStart } from '../supervision/circuit.ts'
import type { Ignored } from '../supervision/effect.ts'
import {
  beginNewcomer,
  type Newcomer,
  newcomerDeadlineMs,
  type NewcomerEffect,
  type NewcomerEvent,
  type NewcomerStep,
  superviseNewcomer,
} from '../supervision/newcomer.ts'
import type { Limits } from '../supervision/limits.ts'
import type { PoolCounts } from '../supervision/share-out.ts'
import type { Catalogue } from './catalogue.ts'
import { type LiveChild, performOn, type StartChild } from './live-child.ts'

/** The children that no session has. Does what is decided elsewhere: when to start one, whom to give one, when to let one go. */
export interface Pool {
  start(): void
  /** The oldest ready child; it is in the pool no more. Throws where there is none. */
  take(): LiveChild
  /** Ends a ready child. */
  retire(): void
  counts(): PoolCounts
  /** The resident memory of all of them as last measured. */
  memoryBytes(): number
  circuit(): Circuit
  /** A child of a session answered for the first time. */
  proved(): void
  /** A child of a session failed before it had answered anything. */
  lost(loss: ChildLoss): void
  /** Ends all of them; settles when none is left. */
  empty(): Promise<void>
  /** Waits no longer for those that were asked to end. */
  hasten(): void
}

/** Who wants to know what comes of starting children. */
export interface PoolListener {
  ready(handshake: Handshake): void
  failed(detail: string): void
  ignored(what: Ignored): void
  circuitOpened(detail: string): void
  circuitClosed(): void
}

/** How long nothing is started in the place of a child that was taken. */
const restMs = 50

interface Member {
  state: Newcomer
  child: LiveChild | undefined
  readonly deadline: Deadline
}

export function createPool({
  limits,
  catalogue,
  startChild,
  turns,
  clock,
  schedule,
  listener,
}: {
  readonly limits: Limits
  readonly catalogue: Catalogue
  readonly startChild: StartChild
  readonly turns: Turns
  readonly clock: Clock
  readonly schedule: Schedule
  readonly listener: PoolListener
}): Pool {
  const members = new Set<Member>()
  const onceEmpty = new Set<() => void>()
  let circuit = newCircuit
  let restsUntilMs = 0

  return {
    start() {
      const deadline = createDeadline({ clock, schedule, passed: () => tell(member, { type: 'deadline_passed' }) })
      const member: Member = { state: { name: 'gone' }, child: undefined, deadline }
      member.child = startChild({
        tell: (event) => {
          if (event.type !== 'credential_died') tell(member, event)
        },
        describe: () => ({ phase: member.state.name }),
      })
      members.add(member)
      moveTo(noteStart(circuit))
      take(member, beginNewcomer({ nowMs: clock(), limits }))
    },
    take() {
      const member = members.values().find(({ state }) => state.name === 'ready')
      if (member?.child === undefined) throw new Error('No child is ready')
      members.delete(member)
      member.deadline.moveTo(undefined)
      rest()
      return member.child
    },
    retire() {
      const member = members.values().find(({ state }) => state.name === 'ready')
      if (member !== undefined) tell(member, { type: 'retired' })
    },
    counts() {
      const counts = { starting: 0, ready: 0, ending: 0 }
      for (const { state } of members) counts[countedAs(state)] += 1
      return { ...counts, restsUntilMs }
    },
    memoryBytes: () => members.values().reduce((sum, { child }) => sum + (child?.memoryBytes() ?? 0), 0),
    circuit: () => circuit,
    proved: () => moveTo(noteProof(circuit)),
    lost: (loss) => moveTo(noteLoss(circuit, loss, clock())),
    async empty() {
      for (const member of members) tell(member, { type: 'retired' })
      if (members.size > 0) await new Promise<void>((resolve) => onceEmpty.add(resolve))
    },
    hasten() {
      for (const member of members) tell(member, { type: 'hastened' })
    },
  }

  function tell(member: Member, event: NewcomerEvent): void {
    turns.take(() => {
      if (!members.has(member)) return
      const isBeingLearned = members.values().some(({ state }) => state.name === 'learning')
      const moment = { nowMs: clock(), limits, catalogue: catalogue.known(), isBeingLearned }
      take(member, superviseNewcomer(member.state, event, moment))
    })
  }

  function take(member: Member, { state, effects }: NewcomerStep): void {
    member.state = state
    for (const effect of effects) perform(member, effect)
    member.deadline.moveTo(newcomerDeadlineMs(state))
    if (state.name !== 'gone') return
    members.delete(member)
    if (members.size > 0) return
    for (const settle of onceEmpty) settle()
    onceEmpty.clear()
  }

  function perform({ child }: Member, effect: NewcomerEffect): void {
    switch (effect.type) {
      case 'write':
      case 'close':
      case 'signal':
        return performOn(child, effect)
      case 'note_ignored':
        return listener.ignored(effect.what)
      case 'outdated':
        return catalogue.outdated()
      case 'came_up':
        moveTo(noteReady(circuit))
        return listener.ready(effect.handshake)
      case 'learned':
        return catalogue.learned(effect.catalogue)
      case 'lived':
        return moveTo(noteLived(circuit))
      case 'failed':
        catalogue.startFailed(effect.loss.detail)
        listener.failed(effect.loss.detail)
        return moveTo(noteLoss(circuit, effect.loss, clock()))
    }
  }

  function moveTo(next: Circuit): void {
    const before = circuit
    circuit = next
    if (next.name === 'open' && before.name !== 'open') {
      catalogue.giveUp(next.detail)
      if (before.name === 'closed') listener.circuitOpened(next.detail)
      lookAgainAt(next.retryAtMs)
    }
    if (next.name === 'closed' && next.fullUntilMs > clock()) lookAgainAt(next.fullUntilMs)
    if (next.name === 'closed' && before.name !== 'closed') listener.circuitClosed()
  }

  /** Not put off by a child that is taken meanwhile, or it would never end. */
  function rest(): void {
    if (restsUntilMs > clock()) return
    restsUntilMs = clock() + restMs
    lookAgainAt(restsUntilMs)
  }

  function lookAgainAt(atMs: number): void {
    schedule(atMs - clock(), () => turns.settle())
  }
}

function countedAs({ name }: Newcomer): 'starting' | 'ready' | 'ending' {
  if (name === 'ready') return 'ready'
  return name === 'ending' ? 'ending' : 'starting'
}
