import { expect, test } from 'vitest'
import { createFetchPlaces, type PlaceLimits } from './fetch-places.ts'

const roomy: PlaceLimits = { atOnce: 100, atOnceForEachHost: 100, waiting: 100, waitingForEachHost: 100, waitMs: 60_000 }

test('gives so many places at once, and the next one when one is given back', async () => {
  const places = createFetchPlaces({ ...roomy, atOnce: 2 })
  const [leave] = await Promise.all([places.enter('a.example'), places.enter('b.example')])
  const third = places.enter('c.example')
  expect(await isWaiting(third)).toBe(true)
  leave?.()
  expect(await third).toBeDefined()
})

test('gives so many for one host at once, and to others beside them', async () => {
  const places = createFetchPlaces({ ...roomy, atOnceForEachHost: 1 })
  const leave = await places.enter('a.example')
  const second = places.enter('a.example')
  expect(await places.enter('b.example')).toBeDefined()
  expect(await isWaiting(second)).toBe(true)
  leave?.()
  expect(await second).toBeDefined()
})

test('lets in who has waited longest', async () => {
  const places = createFetchPlaces({ ...roomy, atOnce: 1 })
  const leave = await places.enter('a.example')
  const second = places.enter('a.example')
  const third = places.enter('a.example')
  leave?.()
  const leaveSecond = await second
  expect(await isWaiting(third)).toBe(true)
  leaveSecond?.()
  expect(await third).toBeDefined()
})

test('lets nobody wait in vain for long, and nobody who gave up is in the way', async () => {
  const places = createFetchPlaces({ ...roomy, atOnce: 1, waitMs: 1 })
  const leave = await places.enter('a.example')
  expect(await places.enter('a.example')).toBeUndefined()
  leave?.()
  expect(await places.enter('a.example')).toBeDefined()
})

test.each([
  ['in all', { waiting: 1 }, 'c.example'],
  ['for one host', { waitingForEachHost: 1 }, 'b.example'],
])('lets no more than so many wait %s', async (_what, limits, host) => {
  const places = createFetchPlaces({ ...roomy, atOnce: 1, ...limits })
  const leave = await places.enter('a.example')
  const waiting = places.enter('b.example')
  expect(await places.enter(host)).toBeUndefined()
  leave?.()
  expect(await waiting).toBeDefined()
})

/** Whether it is not settled by now: everything that could settle it has. */
async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending
}
