import type { RequestId } from '@modelcontextprotocol/sdk/types.js'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseChildMessage } from './child-message.ts'
import type { Effect } from './effect.ts'
import { childFaults, type SessionEvent } from './event.ts'
import type { Limits } from './limits.ts'
import { callDeadlineMs, hasProcess, newSession, nextDeadlineMs } from './session.ts'
import { supervise } from './supervise.ts'

const limits: Limits = {
  callTimeoutMs: 50,
  queueMs: 25,
  childIdleMs: 30,
  catalogueSize: 1_000,
  startTimeoutMs: 20,
  endGraceMs: 10,
  firstBackOffMs: 5,
  longestBackOffMs: 20,
}

it('answers every call exactly once by itself, unless it was cancelled, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
      const world = live(happenings)
      world.letTimePass()
      for (const [stream, { isDropped, ends }] of world.calls) {
        expect([stream, ends]).toEqual([stream, [isDropped ? 'hang_up' : 'answer']])
      }
    }),
    { seed: 1, numRuns: 400 },
  )
})

it('has at most one process at a time, and none once the session is over', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
      const world = live(happenings)
      expect(world.mostProcesses).toBeLessThanOrEqual(1)
      expect(world.isTrue).toBe(true)
      world.finish()
      expect(world.processes.size).toBe(0)
      expect(hasProcess(world.state)).toBe(false)
      expect(nextDeadlineMs(world.state, limits)).toBeUndefined()
    }),
    { seed: 1, numRuns: 400 },
  )
})

it('holds nothing against the program but that a child ended by itself or closed its output', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
      const { heldAgainst } = live(happenings)
      expect([...heldAgainst].filter((what) => what !== 'ended' && what !== 'output_closed')).toEqual([])
    }),
    { seed: 1, numRuns: 400 },
  )
})

it('lets no event of an earlier process change anything', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), fc.array(fc.nat(6), { minLength: 1, maxLength: 4 }), (happenings, kinds) => {
      const world = live(happenings)
      const before = world.state
      const run = hasProcess(before) ? before.run - 1 : before.run
      for (const kind of kinds) world.feed(ofProcess(run, kind, before.nextId - 1))
      expect(world.state).toBe(before)
    }),
    { seed: 1, numRuns: 300 },
  )
})

it('never has a deadline in the past once it was told that it passed, and never counts below zero', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
      const world = live(happenings)
      world.feed({ type: 'deadline_passed' })
      const deadlines = [...world.state.calls.values()].map((call) => callDeadlineMs(call))
      const next = nextDeadlineMs(world.state, limits) ?? Infinity
      expect(next).toBeGreaterThan(world.nowMs)
      expect(next).toBeLessThanOrEqual(Math.min(...deadlines))
      expect(Math.min(world.state.failures, world.state.run, world.state.nextId - 1)).toBeGreaterThanOrEqual(0)
    }),
    { seed: 1, numRuns: 300 },
  )
})

interface MadeCall {
  readonly id: number
  /** Cancelled while it was under way, or made when the session was over. */
  isDropped: boolean
  readonly ends: ('answer' | 'hang_up')[]
}

type Happening =
  | { readonly kind: 'event'; readonly event: SessionEvent }
  | { readonly kind: 'called'; readonly id: number; readonly withProgress: boolean }
  | { readonly kind: 'child'; readonly what: number; readonly pick: number }
  /** A child is given, if the session waits for one. */
  | { readonly kind: 'given' }
  | { readonly kind: 'time'; readonly ms: number }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('called' as const), id: fc.nat(3), withProgress: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('child' as const), what: fc.nat(7), pick: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('given' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 40 }) }) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom<SessionEvent>(
        { type: 'child_refused', detail: 'none comes up' },
        { type: 'evicted' },
        { type: 'described', logLevel: 'info' },
        { type: 'described', logLevel: undefined },
        { type: 'cancelled', requestId: 1 },
        { type: 'over' },
        { type: 'runner_stopped' },
        { type: 'hastened' },
        { type: 'deadline_passed' },
      )
      .map((event) => ({ kind: 'event' as const, event })),
  },
)

/** Lets the happenings come over one session, with a world that starts and buries processes as the effects say. */
function live(happenings: readonly Happening[]) {
  const world = {
    state: newSession(undefined),
    nowMs: 0,
    calls: new Map<string, MadeCall>(),
    processes: new Set<number>(),
    mostProcesses: 0,
    /** Whether the state knew of its process at every moment. */
    isTrue: true,
    /** What came over children that spoke against the program. */
    heldAgainst: new Set<string>(),
    feed(event: SessionEvent) {
      const { state, effects } = supervise(world.state, event, { nowMs: world.nowMs, limits, chance: 0.5 })
      world.state = state
      for (const effect of effects) perform(effect)
      const spokeAgainst = effects.some(({ type }) => type === 'note_loss')
      if (spokeAgainst) world.heldAgainst.add(event.type === 'broke' ? event.fault : event.type)
    },
    /** Nothing happens any more but that time passes: no child comes, and none says anything. */
    letTimePass() {
      for (let atMs = nextDeadlineMs(world.state, limits); atMs !== undefined; atMs = nextDeadlineMs(world.state, limits)) {
        world.nowMs = Math.max(world.nowMs, atMs)
        world.feed({ type: 'deadline_passed' })
      }
    },
    /** Ends the session and lets time pass until its process is gone. */
    finish() {
      world.feed({ type: 'over' })
      for (const run of world.processes) {
        world.processes.delete(run)
        world.feed({ type: 'ended', run, end: { kind: 'exited', exitCode: 0, signal: null } })
      }
    },
  }

  function perform(effect: Effect): void {
    if (effect.type !== 'answer' && effect.type !== 'hang_up') return
    const call = world.calls.get(effect.stream)
    if (call === undefined) throw new Error(`answer to a call that was never made: ${effect.stream}`)
    call.ends.push(effect.type)
  }

  /** A call that is cancelled before it was answered is not to be answered any more. */
  function noteDropped(id: RequestId): void {
    for (const call of world.calls.values()) call.isDropped ||= call.id === id && call.ends.length === 0
  }

  for (const [index, next] of happenings.entries()) {
    if (next.kind === 'event') {
      if (next.event.type === 'cancelled') noteDropped(next.event.requestId)
      world.feed(next.event)
    }
    if (next.kind === 'given' && world.state.phase.name === 'waiting') {
      world.processes.add(world.state.run + 1)
      world.mostProcesses = Math.max(world.mostProcesses, world.processes.size)
      world.feed({ type: 'child_given' })
    }
    if (next.kind === 'time') world.nowMs += next.ms
    if (next.kind === 'called') {
      const stream = `stream ${index}`
      world.calls.set(stream, { id: next.id, isDropped: world.state.over, ends: [] })
      const params = next.withProgress ? { _meta: { progressToken: next.id } } : {}
      world.feed({ type: 'called', stream, request: { jsonrpc: '2.0', id: next.id, method: 'tools/call', params } })
    }
    if (next.kind === 'child') {
      const [run] = world.processes
      if (run === undefined) continue
      const ids = [...world.state.calls.keys()]
      const id = ids[next.pick % (ids.length || 1)] ?? next.pick
      const event = ofProcess(run, next.what, id)
      if (event.type === 'ended') world.processes.delete(run)
      world.feed(event)
    }
    world.isTrue &&= hasProcess(world.state) === world.processes.size > 0
  }
  return world
}

function ofProcess(run: number, kind: number, id: number): SessionEvent {
  const said = (value: unknown): SessionEvent => ({ type: 'received', run, message: parseChildMessage(value), size: 1 })
  switch (kind) {
    case 0:
      return { type: 'ended', run, end: { kind: 'exited', exitCode: 1, signal: null } }
    case 1:
      return { type: 'broke', run, fault: childFaults[id % childFaults.length] ?? 'message_too_long' }
    case 2:
      return { type: 'credential_died', run }
    case 3:
      return said({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: id } })
    case 4:
      return said({ jsonrpc: '2.0', id, error: { code: 1, message: 'no' } })
    default:
      return said({ jsonrpc: '2.0', id, result: {} })
  }
}
