import { expect, test } from 'vitest'
import { createFakeProgram } from '../fixtures/fake-program.ts'
import { createManualTime } from '../fixtures/manual-time.ts'
import { createTestRunner } from '../fixtures/test-runner.ts'

test('one user whose calls crash every child keeps nobody else from theirs', async () => {
  const program = createFakeProgram()
  const { runner, makeKnown, call, response, logged } = createTestRunner({ program, time: createManualTime() })
  for (let index = 0; index < 50; index += 1) {
    await makeKnown(`s:hostile${index}`, { userId: 'mallory' })
    await call(`s:hostile${index}`)
    program.child().exit(139)
  }
  await makeKnown('s:honest', { userId: 'alice' })
  const stream = await call('s:honest')
  program.child().answer({ done: true })
  expect(await response('s:honest', stream)).toMatchObject({ message: { result: { done: true } } })
  expect(logged.filter(({ event }) => event === 'circuit_opened')).toEqual([])
  expect((await runner.status()).child).toMatchObject({ state: 'ok' })
})
