import { expect, test } from 'vitest'
import { fullBucket, takeToken, type TokenBucket } from './rate-limit.ts'

function takeMany(bucket: TokenBucket, count: number, nowMs: number): { readonly bucket: TokenBucket; readonly allowed: number } {
  let allowed = 0
  let last = bucket
  for (let n = 0; n < count; n++) {
    const taken = takeToken(last, 60, nowMs)
    last = taken.bucket
    if (taken.allowed) allowed++
  }
  return { bucket: last, allowed }
}

test('allows a minute’s worth at once and no more', () => {
  expect(takeMany(fullBucket(60, 0), 100, 0).allowed).toBe(60)
})

test('says how long to wait, and lets one through after that', () => {
  const { bucket } = takeMany(fullBucket(60, 0), 60, 0)
  expect(takeToken(bucket, 60, 250)).toMatchObject({ allowed: false, retryAfterSeconds: 1 })
  expect(takeToken(bucket, 60, 1_000)).toMatchObject({ allowed: true, retryAfterSeconds: 0 })
})

test('fills up to a minute’s worth, however long it rests', () => {
  const { bucket } = takeMany(fullBucket(60, 0), 60, 0)
  expect(takeMany(bucket, 100, 86_400_000).allowed).toBe(60)
})

test('gains nothing from a clock that goes back', () => {
  const { bucket } = takeMany(fullBucket(60, 100_000), 60, 100_000)
  expect(takeToken(bucket, 60, 0).allowed).toBe(false)
})
