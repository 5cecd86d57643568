import { expect, test } from 'vitest'
import { settlesWithin } from './settles-within.ts'

const forever = new Promise<never>(() => {})
const hour = 3_600_000

test('waits for what settles in time', async () => {
  expect(await settlesWithin(Promise.resolve(), { limitMs: hour, unlessAborted: new AbortController().signal })).toBe(true)
})

test('gives up when the time is over', async () => {
  expect(await settlesWithin(forever, { limitMs: 0 })).toBe(false)
})

test('gives up as soon as the signal is aborted, be it before', async () => {
  const hurry = new AbortController()
  const waiting = settlesWithin(forever, { limitMs: hour, unlessAborted: hurry.signal })
  hurry.abort()
  expect(await waiting).toBe(false)
  expect(await settlesWithin(forever, { limitMs: hour, unlessAborted: hurry.signal })).toBe(false)
})
