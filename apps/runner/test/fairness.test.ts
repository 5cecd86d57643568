import { describe, expect, it } from 'vitest'
import { createFakeProgram } from './fixtures/fake-program.ts'
import { createManualTime } from './fixtures/manual-time.ts'
import { createTestRunner } from './fixtures/test-runner.ts'

function userOf(runner: ReturnType<typeof createTestRunner>, index: number): string | undefined {
  return runner.registrations[index]?.session?.userId
}

describe('one user’s flood', () => {
  it('does not delay another’s call beyond one child start', async () => {
    const program = createFakeProgram()
    program.behaviour.greets = false
    const runner = createTestRunner({ program, settings: { maxChildren: 20, childrenPerUser: 10 } })
    for (let index = 0; index < 30; index += 1) {
      await runner.makeKnown(`s:flood${index}`, { userId: 'flood' })
      await runner.call(`s:flood${index}`)
    }
    const greeting = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } }
    program.behaviour.greets = true
    program.children[0]?.answer(greeting, 1)
    program.behaviour.greets = false
    await runner.makeKnown('s:other', { userId: 'other' })
    const before = runner.registrations.filter(({ session }) => session?.userId === 'other')
    await runner.call('s:other')
    const coming = runner.registrations.findIndex(({ session }) => session === undefined)
    program.children[coming]?.answer(greeting, 1)
    expect([before.length, userOf(runner, coming)]).toEqual([0, 'other'])
  })

  it('takes no more than the children that one user may have, and others still get theirs', async () => {
    const program = createFakeProgram()
    const runner = createTestRunner({ program, settings: { maxChildren: 4, childrenPerUser: 2 } })
    for (let index = 0; index < 10; index += 1) {
      await runner.makeKnown(`s:flood${index}`, { userId: 'flood' })
      await runner.call(`s:flood${index}`)
    }
    await runner.makeKnown('s:other', { userId: 'other' })
    await runner.call('s:other')
    expect(runner.registrations.map(({ session }) => session?.userId)).toEqual(['flood', 'flood', 'other'])
  })
})

describe('a user who has all children that one may have', () => {
  it.each([
    { maxChildren: 8, childrenPerUser: 8, most: 4 },
    { maxChildren: 3, childrenPerUser: 10, most: 2 },
    { maxChildren: 1, childrenPerUser: 10, most: 1 },
    { maxChildren: 8, childrenPerUser: 3, most: 3 },
  ])('has $most where there are $maxChildren in all and one may have $childrenPerUser', async ({ most, ...settings }) => {
    const runner = createTestRunner({ program: createFakeProgram(), settings })
    for (let index = 0; index < 10; index += 1) {
      await runner.makeKnown(`s:${index}`, { userId: 'flood' })
      await runner.call(`s:${index}`)
    }
    expect(runner.registrations.filter(({ session }) => session?.userId === 'flood')).toHaveLength(most)
  })

  it('does not fill the queue for others with the calls that wait for his own children', async () => {
    const program = createFakeProgram()
    const runner = createTestRunner({ program, settings: { maxChildren: 10, childrenPerUser: 2, queueLength: 20 } })
    for (const user of ['a', 'b', 'c']) {
      for (let index = 0; index < 12; index += 1) {
        await runner.makeKnown(`s:${user}${index}`, { userId: user })
        await runner.call(`s:${user}${index}`)
      }
    }
    program.behaviour.greets = false
    await runner.makeKnown('s:other', { userId: 'other' })
    await runner.call('s:other')
    expect(runner.runner.poolCounts().starting).toBe(1)
  })

  it('may have no more calls waiting than half of the queue', async () => {
    const program = createFakeProgram()
    program.behaviour.greets = false
    const { runner, makeKnown } = createTestRunner({ program, settings: { childrenPerUser: 1, queueLength: 20 } })
    await makeKnown('s:1', { userId: 'flood' })
    const { signal } = new AbortController()
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, id) =>
        runner.call({ key: 's:1', stream: `${id}`, message: { jsonrpc: '2.0', id, method: 'tools/call' }, signal }),
      ),
    )
    const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error.reason]))
    expect(refused).toEqual(['queue_full', 'queue_full'])
  })
})

it('tells how long each call waited for a child of its session, and nothing of those that found one', async () => {
  const program = createFakeProgram()
  program.behaviour.greets = false
  const time = createManualTime()
  const runner = createTestRunner({ program, time })
  await runner.makeKnown('s:one')
  await runner.call('s:one')
  time.advance(300)
  await runner.call('s:one')
  time.advance(200)
  expect([runner.waits, runner.runner.poolCounts()]).toEqual([[], expect.objectContaining({ starting: 1, ready: 0 })])
  program.behaviour.greets = true
  program.children[0]?.answer({ protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } }, 1)
  await runner.call('s:one')
  expect([runner.waits, runner.runner.poolCounts().starting]).toEqual([[500, 200], 0])
})

describe('a program that fails for everybody', () => {
  it('is not started for each of hundreds of sessions, and their calls are answered with the reason', async () => {
    const program = createFakeProgram()
    program.behaviour.failure = { reason: 'not_executable' }
    const time = createManualTime()
    const runner = createTestRunner({ program, time, settings: { queueLength: 1_000, poolSize: 2 } })
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call' } as const
    const { signal } = new AbortController()
    for (let index = 0; index < 300; index += 1) {
      await runner.makeKnown(`s:${index}`)
      const sent = await runner.runner.call({ key: `s:${index}`, stream: 'a', message, signal })
      if (sent.ok) continue
      expect(sent.error).toMatchObject({ reason: 'circuit_open', detail: expect.stringContaining('may not be executed') })
    }
    expect(runner.registrations.length).toBeLessThanOrEqual(8)
    expect(await runner.runner.status()).toMatchObject({
      callsInFlight: 0,
      child: { state: 'error', detail: expect.stringContaining('may not be executed') },
    })
    expect(runner.logged.filter(({ event }) => event === 'circuit_opened')).toHaveLength(1)
  })

  it('is tried again after a while, and serves everybody once it works, without being asked', async () => {
    const program = createFakeProgram()
    const time = createManualTime()
    program.behaviour.failure = { reason: 'not_found' }
    const runner = createTestRunner({ program, time })
    expect(await runner.runner.catalogue()).toMatchObject({ ok: false })
    program.behaviour.failure = undefined
    time.advance(1_000)
    await runner.makeKnown('s:1')
    const stream = await runner.call('s:1')
    program.child().answer({ done: true })
    expect(await runner.response('s:1', stream)).toMatchObject({ message: { result: { done: true } } })
    expect(runner.logged.map(({ event }) => event).filter((event) => event.startsWith('circuit'))).toEqual([
      'circuit_opened',
      'circuit_closed',
    ])
  })

  it('leaves sessions alone that have a child', async () => {
    const program = createFakeProgram()
    const runner = createTestRunner({ program, time: createManualTime() })
    await runner.makeKnown('s:1')
    await runner.call('s:1')
    program.behaviour.failure = { reason: 'not_found' }
    await runner.makeKnown('s:2')
    const refused = await runner.response('s:2', await runner.call('s:2'))
    expect(refused).toMatchObject({ message: { error: { message: expect.stringContaining('not found') } } })
    const stream = await runner.call('s:1')
    program.child().answer({ done: true })
    expect(await runner.response('s:1', stream)).toMatchObject({ message: { result: { done: true } } })
  })
})
