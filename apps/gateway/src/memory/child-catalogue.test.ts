import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { ChildCatalogue, ChildFailure } from '@fjmcp-broker/shared/runner/runner'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createChildCatalogueMemory } from './child-catalogue.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const failure: ChildFailure = { reason: 'child_unavailable', detail: 'no such program' }

test('what was known is held back once while it is asked for anew, however many want it', async () => {
  const { memory, runner } = await openWithKnown()
  const asked = runner.hang()
  const first = versionOf(memory.get())
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await first).toBe('v1')
  expect(await versionOf(memory.get())).toBe('v1')
  expect(asked()).toBe(1)
})

test('what was known is said at once while what is new cannot be told', async () => {
  const { memory, runner } = await openWithKnown()
  runner.say(err(failure))
  expect(await versionOf(memory.get())).toBe('v1')
  const asked = runner.hang()
  const answers = [versionOf(memory.get()), versionOf(memory.get())]
  await vi.advanceTimersByTimeAsync(1)
  expect(await Promise.all(answers)).toEqual(['v1', 'v1'])
  expect(asked()).toBe(1)
})

test('what is new holds as soon as it can be told again', async () => {
  const { memory, runner } = await openWithKnown()
  runner.say(err(failure))
  await memory.get()
  runner.say(ok(catalogueOf('v2')))
  await memory.get()
  expect(await versionOf(memory.get())).toBe('v2')
})

test('where nothing was ever known, the last failure is told after one wait for all', async () => {
  const runner = createRunner()
  const memory = createChildCatalogueMemory({ runner })
  runner.say(err(failure))
  expect(await memory.get()).toEqual(err(failure))
  const asked = runner.hang()
  const first = memory.get()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await first).toEqual(err(failure))
  expect(await memory.get()).toEqual(err(failure))
  expect(asked()).toBe(1)
})

async function openWithKnown() {
  const runner = createRunner()
  const memory = createChildCatalogueMemory({ runner })
  runner.say(ok(catalogueOf('v1')))
  await memory.get()
  runner.change()
  return { memory, runner }
}

function createRunner() {
  let answer: () => Promise<Result<ChildCatalogue, ChildFailure>> = async () => err(failure)
  let change = () => {}
  return {
    catalogue: () => answer(),
    onCatalogueChanged(listener: () => void) {
      change = listener
      return () => {}
    },
    change: () => change(),
    say(result: Result<ChildCatalogue, ChildFailure>) {
      answer = async () => result
    },
    /** Answers no more; returns how often that was asked for. */
    hang() {
      let times = 0
      answer = () => {
        times += 1
        return new Promise<never>(() => {})
      }
      return () => times
    },
  }
}

function catalogueOf(version: string): ChildCatalogue {
  return { handshake: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'child', version } }, lists: {} }
}

async function versionOf(getting: ReturnType<ReturnType<typeof createChildCatalogueMemory>['get']>): Promise<string | undefined> {
  const known = await getting
  return known.ok ? known.value.handshake.serverInfo.version : undefined
}
