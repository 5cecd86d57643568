import { expect, onTestFinished, test } from 'vitest'
import { createByteAllowance } from '../../src/process/byte-allowance.ts'
import { unbounded } from '../../src/process/child-bounds.ts'
import { callTool } from '../fixtures/call-tool.ts'
import { createRealProgram } from '../fixtures/processes.ts'
import { createTestRunner } from '../fixtures/test-runner.ts'

test('a child that says more than it may unasked is ended, its calls are told, and its session goes on', async () => {
  const newStdoutAllowance = () => createByteAllowance({ bytesPerSecond: 50_000, clock: () => 0 })
  const runner = createTestRunner({ program: await createRealProgram('misbehaving', { ...unbounded, newStdoutAllowance }) })
  onTestFinished(() => runner.runner.close())
  await runner.makeKnown('s:1')
  expect(await callTool(runner, 's:1', { name: 'flood_stdout', arguments: { messages: 100 } })).toBe('flooded')
  expect(await callTool(runner, 's:1', { name: 'flood_stdout', arguments: { messages: 10_000 } })).toMatch(
    /^error: forgejo-mcp said more that nobody asked for than the broker lets it/,
  )
  expect(await callTool(runner, 's:1', { name: 'echo', arguments: { text: 'still here' } })).toBe('still here')
  expect(runner.childEnds).toEqual(['stdout_flood'])
})

test('answers are not counted, however many and large', async () => {
  const newStdoutAllowance = () => createByteAllowance({ bytesPerSecond: 1, clock: () => 0 })
  const runner = createTestRunner({ program: await createRealProgram('misbehaving', { ...unbounded, newStdoutAllowance }) })
  onTestFinished(() => runner.runner.close())
  await runner.makeKnown('s:1')
  for (let count = 0; count < 20; count += 1) {
    expect(await callTool(runner, 's:1', { name: 'answer_hugely', arguments: { bytes: 100_000 } })).toHaveLength(100_000)
  }
  expect(runner.childEnds).toEqual([])
})
