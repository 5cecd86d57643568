import { expect, test } from 'vitest'
import { createFakeProgram } from '../fixtures/fake-program.ts'
import { createManualTime } from '../fixtures/manual-time.ts'
import { createTestRunner } from '../fixtures/test-runner.ts'

test('an answer of very many small values is replaced by an error, and its session goes on', async () => {
  const program = createFakeProgram()
  const { makeKnown, call, response } = createTestRunner({ program, time: createManualTime() })
  await makeKnown('s:1')
  const dense = await call('s:1')
  program.child().answer({ content: [], x: Array.from({ length: 100_000 }, () => ({})) })
  expect(await response('s:1', dense)).toMatchObject({ message: { error: { message: expect.stringContaining('Ask for less') } } })
  const next = await call('s:1')
  program.child().answer({ done: true })
  expect(await response('s:1', next)).toMatchObject({ message: { result: { done: true } } })
  expect(program.children).toHaveLength(1)
})
