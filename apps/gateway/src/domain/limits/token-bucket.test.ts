import { expect, test } from 'vitest'
import { drainBucket, fullAgainAtMs, fullBucket, refillBucket, secondsUntilToken, type TokenBucket } from './token-bucket.ts'

test('is empty after a minute’s worth, and says how long until there is a token', () => {
  expect(secondsUntilToken(take(fullBucket(60, 0), 59), 60)).toBe(0)
  expect(secondsUntilToken(take(fullBucket(60, 0), 60), 60)).toBe(1)
  expect(secondsUntilToken(take(fullBucket(2, 0), 2), 2)).toBe(30)
  expect(secondsUntilToken(take(fullBucket(1, 0), 1), 1)).toBe(60)
})

test('has a token after the seconds that it told', () => {
  const empty = take(fullBucket(7, 0), 7)
  const told = secondsUntilToken(empty, 7)
  expect(secondsUntilToken(refillBucket(empty, 7, (told - 1) * 1_000), 7)).toBeGreaterThan(0)
  expect(secondsUntilToken(refillBucket(empty, 7, told * 1_000), 7)).toBe(0)
})

test('fills up to a minute’s worth, however long it rests', () => {
  const rested = refillBucket(take(fullBucket(60, 0), 60), 60, 86_400_000)
  expect(rested).toEqual(fullBucket(60, 86_400_000))
})

test('owes nothing, whatever is taken', () => {
  expect(drainBucket(fullBucket(5, 0), 500).tokens).toBe(0)
})

test('gains nothing from a clock that goes back, and fills on from there', () => {
  const empty = take(fullBucket(60, 100_000), 60)
  const back = refillBucket(empty, 60, 0)
  expect(back.tokens).toBe(0)
  expect(refillBucket(back, 60, 1_000).tokens).toBe(1)
})

test('knows when it will be full again', () => {
  expect(fullAgainAtMs(take(fullBucket(60, 1_000), 30), 60)).toBe(31_000)
  expect(fullAgainAtMs(fullBucket(60, 1_000), 60)).toBe(1_000)
})

function take(bucket: TokenBucket, count: number): TokenBucket {
  return Array.from({ length: count }).reduce<TokenBucket>((rest) => drainBucket(rest, 1), bucket)
}
