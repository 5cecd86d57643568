import { expect, test } from 'vitest'
import { childFaults } from '../../src/supervision/event.ts'
import { createFakeProgram } from '../fixtures/fake-program.ts'
import { createManualTime } from '../fixtures/manual-time.ts'
import { createTestRunner } from '../fixtures/test-runner.ts'

// Of those, the one that no call brings about.
test.each(childFaults.filter((fault) => fault !== 'output_closed'))(
  'users whose first calls bring about %s keep nobody else from theirs',
  async (fault) => {
    const program = createFakeProgram()
    const { runner, makeKnown, call, response, logged } = createTestRunner({ program, time: createManualTime() })
    for (const user of ['mallory', 'marvin', 'moriarty', 'morgana']) {
      await makeKnown(`s:${user}`, { userId: user })
      await call(`s:${user}`)
      program.child().breakBy(fault)
    }
    await makeKnown('s:honest', { userId: 'alice' })
    const stream = await call('s:honest')
    program.child().answer({ done: true })
    expect(await response('s:honest', stream)).toMatchObject({ message: { result: { done: true } } })
    expect(logged.filter(({ event }) => event === 'circuit_opened')).toEqual([])
    expect((await runner.status()).child).toMatchObject({ state: 'ok' })
  },
)

test('users whose first calls take so much memory that the system ends their children keep nobody else from theirs', async () => {
  const program = createFakeProgram()
  const { makeKnown, call, logged } = createTestRunner({ program, time: createManualTime() })
  for (const user of ['mallory', 'marvin', 'moriarty', 'morgana']) {
    await makeKnown(`s:${user}`, { userId: user })
    await call(`s:${user}`)
    program.child().killBySystem()
  }
  expect(logged.filter(({ event }) => event === 'circuit_opened')).toEqual([])
})
