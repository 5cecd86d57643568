import { silentLog } from '@fjmcp-broker/shared/log'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stopInOrder } from './stop-in-order.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('breaks off answers that go on two seconds after the time to drain, and says so', async () => {
  const { server, stop, logged } = createStop()
  const stopped = stop()
  await vi.advanceTimersByTimeAsync(11_999)
  expect([server.isBroken, logged]).toEqual([false, []])
  await vi.advanceTimersByTimeAsync(1)
  await stopped
  expect([server.isBroken, logged]).toEqual([true, ['answers_broken_off']])
})

test('gives answers half a second more once somebody insists', async () => {
  const { server, stop, insist } = createStop()
  const stopped = stop()
  await vi.advanceTimersByTimeAsync(3_000)
  insist()
  await vi.advanceTimersByTimeAsync(499)
  expect(server.isBroken).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await stopped
  expect(server.isBroken).toBe(true)
})

test.each(['in time', 'after somebody insisted'])('breaks nothing off where the last answer comes %s', async (when) => {
  const { server, stop, insist, logged } = createStop()
  const stopped = stop()
  if (when === 'after somebody insisted') insist()
  await vi.advanceTimersByTimeAsync(100)
  server.end()
  await stopped
  expect([server.isBroken, logged]).toEqual([false, []])
  expect(vi.getTimerCount()).toBe(0)
})

test('waits for work without a request once the answers are out, and says how much of it was left', async () => {
  const { server, stop, logged, asked } = createStop({ abandoned: 2 })
  const stopped = stop()
  await vi.advanceTimersByTimeAsync(100)
  expect(asked).toEqual([])
  server.end()
  await stopped
  expect([asked, logged]).toEqual([[3_000], ['work_abandoned']])
})

/** The end of a gateway with one server, whose last answer the test decides on. */
function createStop({ abandoned = 0 }: { readonly abandoned?: number } = {}) {
  const closed = Promise.withResolvers<void>()
  const insisting = new AbortController()
  const logged: string[] = []
  const asked: number[] = []
  const server = {
    isBroken: false,
    close: () => closed.promise,
    breakOff() {
      server.isBroken = true
      closed.resolve()
    },
    end: closed.resolve,
  }
  const pending = {
    async ended(graceMs: number) {
      asked.push(graceMs)
      return abandoned
    },
  }
  const log = { ...silentLog, warn: (event: string) => void logged.push(event) }
  return {
    server,
    logged,
    asked,
    insist: () => insisting.abort(),
    stop: () => stopInOrder({ servers: [server], pending, drainMs: 10_000, hastened: insisting.signal, log }),
  }
}
