import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFakeProgram, type FakeChild, type FakeProgram } from './fixtures/fake-program.ts'
import { createManualTime } from './fixtures/manual-time.ts'
import { createTestRunner, type SessionName } from './fixtures/test-runner.ts'

const maxChildren = 4
const childrenPerUser = 2

it('keeps its promises with many sessions of several users, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 60 }), fc.nat(3), async (happenings, poolSize) => {
      const fleet = createFleet(poolSize)
      for (const next of happenings) {
        await fleet.let(next)
        fleet.checkLimits()
      }
      await fleet.settle()
      fleet.checkLimits()
      for (const { events, isCancelled } of fleet.calls) {
        expect(events.map(({ final }) => final)).toEqual(isCancelled ? [] : [true])
      }
      expect(await fleet.runner.status()).toMatchObject({ sessions: 0, callsInFlight: 0, children: Math.min(poolSize, maxChildren) })
      const closed = fleet.runner.close()
      for (const child of fleet.alive()) if (child.isInputClosed) child.exit()
      await closed
      expect(fleet.alive()).toEqual([])
      expect(fleet.registrations.filter(({ isRegistered }) => isRegistered)).toEqual([])
    }),
    { seed: 6, numRuns: 300, timeout: 5_000 },
  )
})

interface MadeCall {
  readonly key: SessionName
  readonly events: readonly StreamEvent[]
  /** Before it was answered. */
  isCancelled: boolean
}

type Happening =
  | { readonly kind: 'call' | 'end'; readonly user: number; readonly session: number }
  | { readonly kind: 'cancel'; readonly user: number; readonly session: number }
  | { readonly kind: 'child'; readonly what: 'answer' | 'exit' | 'garbage' | 'greet'; readonly pick: number }
  | {
      readonly kind: 'program'
      readonly greets: boolean
      readonly endsWithInput: boolean
      readonly isMissing: boolean
      readonly version: string
    }
  | { readonly kind: 'catalogue' }
  | { readonly kind: 'time'; readonly ms: number }

const ofSession = { user: fc.nat(2), session: fc.nat(3) }
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('call' as const), ...ofSession }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('end' as const, 'cancel' as const), ...ofSession }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('child' as const),
      what: fc.constantFrom('answer' as const, 'answer' as const, 'exit' as const, 'garbage' as const, 'greet' as const),
      pick: fc.nat(10),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('program' as const),
      greets: fc.boolean(),
      endsWithInput: fc.boolean(),
      isMissing: fc.boolean(),
      version: fc.constantFrom('1', '2'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('catalogue' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1, 60, 250, 2_100, 11_000, 31_000) }) },
)

/** A runner with a program whose children do what the happenings say. */
function createFleet(poolSize: number) {
  const program = createFakeProgram()
  const time = createManualTime()
  const settings = { maxChildren, childrenPerUser, poolSize, queueLength: 12, callsPerUser: 10 }
  const { runner, registrations } = createTestRunner({ program, time, settings })
  const calls: MadeCall[] = []
  let streams = 0

  return {
    runner,
    registrations,
    calls,
    alive: () => alive(program),
    async let(next: Happening) {
      switch (next.kind) {
        case 'call':
          return call(next)
        case 'end':
          return void runner.end(keyOf(next))
        case 'cancel':
          return cancel(keyOf(next))
        case 'child':
          return letChild(next)
        case 'program':
          program.behaviour = { ...next, failure: next.isMissing ? { reason: 'not_found' } : undefined }
          return
        case 'catalogue':
          return void runner.catalogue()
        case 'time':
          return time.advance(next.ms)
      }
    },
    checkLimits() {
      const sessions = alive(program).flatMap(({ command }) => {
        const session = registrations.find(({ token }) => token === command.environment['FORGEJO_ACCESS_TOKEN'])?.session
        return session === undefined ? [] : [session]
      })
      expect(alive(program).length).toBeLessThanOrEqual(maxChildren)
      expect(new Set(sessions.map(({ key }) => key)).size).toBe(sessions.length)
      const users = Map.groupBy(sessions, ({ userId }) => userId)
      for (const children of users.values()) expect(children.length).toBeLessThanOrEqual(childrenPerUser)
      expect(runner.callCount()).toBeGreaterThanOrEqual(0)
    },
    /** Mends the program and lets time pass until nothing is left to happen. */
    async settle() {
      program.behaviour = { greets: true, endsWithInput: true, failure: undefined, version: '1' }
      for (let seconds = 0; seconds < 300; seconds += 1) {
        time.advance(1_000)
        for (const child of alive(program)) if (child.signals.includes('SIGKILL') || child.isInputClosed) child.exit()
        // What fails without a process is told a moment later.
        await Promise.resolve()
      }
      await allIsRead()
    },
  }

  async function call(of: { readonly user: number; readonly session: number }): Promise<void> {
    const key = keyOf(of)
    await runner.describe({ key, userId: `user ${of.user}`, accessLevel: 'write' })
    streams += 1
    const stream = `stream ${streams}`
    const message = { jsonrpc: '2.0', id: 'same', method: 'tools/call' } as const
    const called = await runner.call({ key, stream, message, signal: new AbortController().signal })
    if (!called.ok) return
    const events: StreamEvent[] = []
    calls.push({ key, events, isCancelled: false })
    void readInto(events, called.value)
  }

  async function cancel(key: SessionName): Promise<void> {
    await allIsRead()
    for (const call of calls) call.isCancelled ||= call.key === key && call.events.length === 0
    await runner.cancel(key, 'same')
  }

  function letChild({ what, pick }: Extract<Happening, { kind: 'child' }>): void {
    const children = program.children
    const child = children[pick % (children.length || 1)]
    if (child === undefined) return
    if (what === 'answer') child.answer({})
    if (what === 'exit') child.exit(1)
    if (what === 'garbage') child.sayLine('garbage')
    if (what === 'greet') child.answer({ protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'late', version: '1' } }, 1)
  }
}

/** Settles when all that was said to readers has reached them. */
async function allIsRead(): Promise<void> {
  await new Promise(setImmediate)
}

async function readInto(read: StreamEvent[], events: AsyncIterable<StreamEvent>): Promise<void> {
  for await (const event of events) read.push(event)
}

function alive({ children }: FakeProgram): readonly FakeChild[] {
  return children.filter(({ isAlive }) => isAlive)
}

function keyOf({ user, session }: { readonly user: number; readonly session: number }): SessionName {
  return `s:${user}.${session}`
}
