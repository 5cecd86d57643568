import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTextStream } from './text-stream.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const silence = () => new Promise<undefined>(() => {})

test('does not pile up comments for a client that does not read', async () => {
  const { body, close } = createTextStream({ opening: ': open\n\n', next: silence, keepAliveMs: 1_000, onClosed() {} })
  await vi.advanceTimersByTimeAsync(60_000)
  close()
  expect(await new Response(body).text()).toBe(': open\n\n')
})

test('asks for a text only when those before have been read', async () => {
  const asked: number[] = []
  const next = async () => (asked.push(asked.length), 'text')
  const { body, close } = createTextStream({ opening: 'first', next, keepAliveMs: 1_000, onClosed() {} })
  const reader = body.getReader()
  await reader.read()
  expect(asked).toEqual([])
  await reader.read()
  expect(asked).toEqual([0])
  close()
})

test.each(['us', 'the client', 'the last text'])('is closed once and ticks no more, when ended by %s', async (who) => {
  let closed = 0
  const next = who === 'the last text' ? async () => undefined : silence
  const { body, close } = createTextStream({ opening: '', next, keepAliveMs: 1_000, onClosed: () => (closed += 1) })
  if (who === 'us') close()
  if (who === 'the client') await body.cancel()
  if (who === 'the last text') await new Response(body).text()
  close()
  expect(closed).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})
