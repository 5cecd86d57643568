import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createReadingRoom } from './reading-room.ts'

test.each([
  { what: 'larger', bytes: 30 },
  { what: 'smaller', bytes: 4 },
])('an event that is $what than the one that was waited for takes its own size', async ({ bytes }) => {
  const { room, taken } = createTest()
  expect(await room.untilThere(10)).toBe(true)
  expect(room.take(bytes)).toBe(true)
  expect(taken()).toBe(bytes)
  expect(room.take(1)).toBe(true)
  expect(taken()).toBe(bytes + 1)
})

test('what was waited for is kept while a larger event waits for the rest, and given back where none comes', async () => {
  const { room, taken, bounds } = createTest()
  await room.untilThere(10)
  bounds.most = 20
  expect(room.take(25)).toBe(false)
  expect(taken()).toBe(10)
  bounds.most = 40
  await room.untilThere(25)
  expect(taken()).toBe(25)
  room.leave()
  expect(taken()).toBe(0)
})

test('nothing is taken any more after leaving', async () => {
  const { room, taken, bounds } = createTest()
  bounds.most = 0
  const isThere = room.untilThere(10)
  room.leave()
  bounds.most = 100
  expect(await isThere).toBe(false)
  expect(taken()).toBe(0)
})

function createTest() {
  const bounds = { most: 100 }
  let takenBytes = 0
  const take = (bytes: number) => {
    if (takenBytes + bytes > bounds.most) return { reason: 'full' }
    takenBytes += bytes
    return undefined
  }
  const room = createReadingRoom({
    room: {
      take,
      async untilTaken(bytes, signal) {
        await setImmediate()
        return !signal.aborted && take(bytes) === undefined
      },
      giveBack: (bytes) => void (takenBytes -= bytes),
    },
    waitMs: 1_000,
  })
  return { room, bounds, taken: () => takenBytes }
}
