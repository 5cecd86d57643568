import { expect, test } from 'vitest'
import type { ChildFault } from '../../src/supervision/event.ts'
import { createFakeProgram } from '../fixtures/fake-program.ts'
import { createManualTime } from '../fixtures/manual-time.ts'
import { createTestRunner } from '../fixtures/test-runner.ts'

test.each<ChildFault>(['message_too_long', 'input_stuck', 'memory_exceeded', 'stdout_flood', 'stderr_flood'])(
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
