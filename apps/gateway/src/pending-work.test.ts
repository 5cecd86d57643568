import { expect, test } from 'vitest'
import { createPendingWork } from './pending-work.ts'

const hour = 3_600_000

test('ends with the last piece, of what came while others were waited for too', async () => {
  const { waitUntil, ended } = createPendingWork()
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let isSecondDone = false
  waitUntil(first.promise)
  const allEnded = ended(hour)
  waitUntil(second.promise.then(() => void (isSecondDone = true)))
  first.resolve()
  setImmediate(() => second.resolve())
  expect(await allEnded).toBe(0)
  expect(isSecondDone).toBe(true)
})

test('does not wait longer for work without an end, and says that it goes on', async () => {
  const { waitUntil, ended } = createPendingWork()
  waitUntil(Promise.withResolvers<void>().promise)
  expect(await ended(1)).toBe(1)
})
