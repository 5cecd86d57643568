import { beforeEach, expect, test } from 'vitest'
import { createFakeProgram } from '../fixtures/fake-program.ts'
import { createTestRunner, type TestRunner } from '../fixtures/test-runner.ts'

let program: ReturnType<typeof createFakeProgram>
let runner: TestRunner

beforeEach(async () => {
  program = createFakeProgram()
  runner = createTestRunner({ program })
  for (const key of ['s:victim', 's:thief'] as const) await runner.makeKnown(key, { userId: 'one and the same' })
})

test('no session reads the stream of another, by its name or by the id of one of its events', async () => {
  const stream = await runner.call('s:victim')
  program.child().answer({ text: 'private' })
  const response = await runner.response('s:victim', stream)
  expect(response).toMatchObject({ message: { result: { text: 'private' } } })
  const signal = new AbortController().signal
  for (const after of [undefined, `epoch.${stream}.0`, response?.id]) {
    const stolen = await runner.runner.events({ key: 's:thief', stream, after, signal })
    expect(stolen).toEqual({ ok: false, error: { reason: 'unknown_stream' } })
  }
})

test('no session cancels the call of another, though both gave it the same id', async () => {
  const stream = await runner.call('s:victim', { id: 'same' })
  await runner.runner.cancel('s:thief', 'same')
  program.child().answer({ text: 'done' })
  expect(await runner.response('s:victim', stream)).toMatchObject({ message: { id: 'same', result: { text: 'done' } } })
})
