import { describe, expect, it } from 'vitest'
import { createFakeProgram } from './fixtures/fake-program.ts'
import { createManualTime } from './fixtures/manual-time.ts'
import { createTestRunner, type SessionName, type TestRunner } from './fixtures/test-runner.ts'

const message = { jsonrpc: '2.0', id: 1, method: 'tools/call' } as const
const { signal } = new AbortController()

/** A runner whose children crash as soon as they get a call. */
function createCrashing(settings?: Parameters<typeof createTestRunner>[0]['settings']) {
  const program = createFakeProgram()
  const time = createManualTime()
  const runner = createTestRunner({ program, time, settings })
  let streams = 0
  return {
    program,
    time,
    ...runner,
    /** Makes a call, and crashes every child that got one. Tells why the call was refused, if it was. */
    callAndCrash: async (key: SessionName, userId: string) => {
      await runner.makeKnown(key, { userId })
      streams += 1
      const called = await runner.runner.call({ key, stream: `crash${streams}`, message, signal })
      for (const child of program.children) if (child.received.length > 0) child.exit(2)
      return called.ok ? undefined : called.error
    },
  }
}

function eventsOf({ logged }: Pick<TestRunner, 'logged'>, start: string): readonly string[] {
  return logged.map(({ event }) => event).filter((event) => event.startsWith(start))
}

describe('children that end some time after their start though nobody uses them', () => {
  it('are started again after ever longer pauses', () => {
    const program = createFakeProgram()
    const time = createManualTime()
    const runner = createTestRunner({ program, time, settings: { poolSize: 2 } })
    for (let seconds = 0; seconds < 600; seconds += 2) {
      time.advance(2_000)
      for (const child of program.children.filter(({ isAlive }) => isAlive)) child.exit(1)
    }
    expect(eventsOf(runner, 'circuit_opened').length).toBeGreaterThan(3)
    expect(program.children.length).toBeLessThan(100)
  })
})

describe('children that crash at the first call of every session', () => {
  it('are held back for each session, the longer the more often', async () => {
    const { callAndCrash, program, time } = createCrashing()
    const startedAfter: number[] = []
    for (let seconds = 0; seconds < 60; seconds += 1) {
      await callAndCrash('s:1', 'alice')
      if (seconds % 20 === 19) startedAfter.push(program.children.length)
      time.advance(1_000)
    }
    const [first = 0, second = 0, third = 0] = startedAfter
    expect(second - first).toBeLessThan(first)
    expect(third).toBeLessThan(25)
  })

  it('open the circuit once three users met it, and the operator reads why', async () => {
    const crashing = createCrashing()
    for (const user of ['alice', 'bob', 'carol']) await crashing.callAndCrash(`s:${user}`, user)
    const detail = 'forgejo-mcp ended before it had answered anything (exit code 2).'
    expect(await crashing.callAndCrash('s:dave', 'dave')).toEqual({ reason: 'circuit_open', detail, retryAfterSeconds: 1 })
    expect((await crashing.runner.status()).child).toEqual({ state: 'error', detail })
    expect(eventsOf(crashing, 'circuit')).toEqual(['circuit_opened'])
  })

  it('leave the circuit closed where others get answers', async () => {
    const crashing = createCrashing()
    for (const user of ['alice', 'bob', 'carol', 'dave']) {
      await crashing.makeKnown(`s:good-${user}`)
      await crashing.call(`s:good-${user}`)
      crashing.program.child().answer({})
      expect(await crashing.callAndCrash(`s:${user}`, user)).toBeUndefined()
    }
    expect(eventsOf(crashing, 'circuit')).toEqual([])
  })
})

describe('a system that has no room for another process', () => {
  it('lets calls wait until there is some, and starts are tried once a second', async () => {
    const program = createFakeProgram()
    program.behaviour.failure = { reason: 'refused', code: 'EAGAIN' }
    const time = createManualTime()
    const runner = createTestRunner({ program, time })
    await runner.makeKnown('s:1')
    const stream = await runner.call('s:1')
    for (let seconds = 0; seconds < 10; seconds += 1) {
      // A start that fails is told a moment later.
      await Promise.resolve()
      time.advance(1_000)
    }
    expect(runner.registrations.length).toBeLessThanOrEqual(11)
    expect(eventsOf(runner, 'circuit')).toEqual([])
    await Promise.resolve()
    program.behaviour.failure = undefined
    time.advance(1_000)
    program.child().answer({ done: true })
    expect(await runner.response('s:1', stream)).toMatchObject({ message: { result: { done: true } } })
  })
})
