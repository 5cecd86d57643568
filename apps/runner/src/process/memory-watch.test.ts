import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { createMemoryWatch } from './memory-watch.ts'

it('tells of a group above the limit, and of none below it', async () => {
  const { watch, measure } = create({ 10: 100, 20: 101 })
  const exceeded: number[] = []
  watch.begin(child(10), () => exceeded.push(10))
  watch.begin(child(20), () => exceeded.push(20))
  await measure()
  expect(exceeded).toEqual([20])
})

it('knows what was measured last', async () => {
  const { watch, measure, memory } = create({ 10: 40 })
  const watched = watch.begin(child(10), () => undefined)
  expect(watched.bytes()).toBeUndefined()
  await measure()
  expect(watched.bytes()).toBe(40)
  memory.set(10, 60)
  await measure()
  expect(watched.bytes()).toBe(60)
})

it('has one timer for all, and none where there is nothing to measure', async () => {
  const { watch, measure, planned } = create({ 10: 1, 20: 1 })
  const [first, second] = [watch.begin(child(10), () => undefined), watch.begin(child(20), () => undefined)]
  expect(planned).toHaveLength(1)
  first.end()
  await measure()
  expect(planned).toHaveLength(1)
  second.end()
  await measure()
  expect(planned).toHaveLength(0)
  watch.begin(child(30), () => undefined)
  expect(planned).toHaveLength(1)
})

it('measures again where it failed once, and says so', async () => {
  const { watch, measure, memory, warnings } = create({ 10: 40 })
  const watched = watch.begin(child(10), () => {
    throw new Error('cannot be ended')
  })
  memory.set(10, 101)
  await measure()
  memory.set(10, 60)
  await measure()
  expect([watched.bytes(), warnings]).toEqual([60, [{ detail: 'Error: cannot be ended' }]])
})

it('does not take a process for the earlier one of its number', async () => {
  const { watch, planned, measuring } = create({ 10: 500 })
  const exceeded: string[] = []
  const first = watch.begin(child(10), () => exceeded.push('first'))
  planned.shift()?.()
  first.end()
  watch.begin(child(10), () => exceeded.push('second'))
  await measuring()
  expect(exceeded).toEqual([])
})

function child(leader: number) {
  return { leader, uid: undefined }
}

/** A watch with a limit of 100 bytes over groups whose memory is what the test says. */
function create(bytes: Readonly<Record<number, number>>) {
  const memory = new Map(Object.entries(bytes).map(([leader, taken]) => [Number(leader), taken]))
  const planned: (() => void)[] = []
  const warnings: unknown[] = []
  const measurements: Promise<unknown>[] = []
  const watch = createMemoryWatch({
    maxBytes: 100,
    async measure(children) {
      const { promise, resolve } = Promise.withResolvers<void>()
      measurements.push(promise)
      queueMicrotask(resolve)
      await promise
      return new Map([...memory].filter(([leader]) => children.some((child) => child.leader === leader)))
    },
    schedule(_, task) {
      planned.push(task)
      return () => undefined
    },
    log: { ...silentLog, warn: (_, fields) => warnings.push(fields) },
  })
  return { warnings, watch, memory, planned, measuring, measure }

  /** Has all measured once. */
  async function measure(): Promise<void> {
    planned.shift()?.()
    await measuring()
  }

  async function measuring(): Promise<void> {
    await Promise.all(measurements)
    // What follows from a measurement is done in the same turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
