import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { expect, test } from 'vitest'
import { againUntilDone } from './again-until-done.ts'

const hour = 3_600_000

/** Fails so many times, then brings how often it was called. */
function createAttempt(failures: number, failure = 'busy') {
  let calls = 0
  const attempt = async (): Promise<Result<number, string>> => {
    calls += 1
    return calls > failures ? ok(calls) : err(failure)
  }
  return { attempt, calls: () => calls }
}

function again(attempt: () => Promise<Result<number, string>>, delaysMs: readonly number[], stopping = new AbortController().signal) {
  return againUntilDone({ attempt, passes: (failure) => failure === 'busy', delaysMs, stopping })
}

test('stops at the first success', async () => {
  expect(await again(createAttempt(2).attempt, [0, 0, 0, 0])).toEqual(ok(3))
})

test('ends with the last failure when the delays are used up', async () => {
  const { attempt, calls } = createAttempt(9)
  expect(await again(attempt, [0, 0])).toEqual(err('busy'))
  expect(calls()).toBe(3)
})

test('does not repeat what will not pass', async () => {
  const { attempt, calls } = createAttempt(9, 'refused')
  expect(await again(attempt, [0, 0])).toEqual(err('refused'))
  expect(calls()).toBe(1)
})

test('tries once more at once when the gateway is to stop', async () => {
  const { attempt, calls } = createAttempt(9)
  const stopping = new AbortController()
  const outcome = again(attempt, [hour, hour], stopping.signal)
  stopping.abort()
  expect(await outcome).toEqual(err('busy'))
  expect(calls()).toBe(2)
})
