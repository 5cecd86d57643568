import { expect, test } from 'vitest'
import { readFreshness } from './freshness.ts'

test.each([
  ['what max-age says', { 'cache-control': 'max-age=3600' }, 3_600_000],
  ['less what has passed of it already', { 'cache-control': 'max-age=3600', age: '600' }, 3_000_000],
  ['what s-maxage says to shared caches', { 'cache-control': 'max-age=60, s-maxage=3600' }, 3_600_000],
  ['what Expires says', { date: 'Thu, 01 Jan 2026 00:00:00 GMT', expires: 'Thu, 01 Jan 2026 01:00:00 GMT' }, 3_600_000],
  ['nothing when nothing is said', {}, 0],
  ['nothing by the time of the last change', { 'last-modified': 'Thu, 01 Jan 2015 00:00:00 GMT' }, 0],
  ['nothing when it must not be stored', { 'cache-control': 'no-store, max-age=3600' }, 0],
  ['nothing when it must not be used unasked', { 'cache-control': 'no-cache, max-age=3600' }, 0],
  ['nothing when it is private', { 'cache-control': 'private, max-age=3600' }, 0],
  ['nothing when it is over', { 'cache-control': 'max-age=60', age: '600' }, 0],
  ['nothing when it makes no sense', { 'cache-control': 'max-age=soon', age: 'old' }, 0],
])('is %s', (_, headers, expected) => {
  expect(readFreshness(headers)).toBeCloseTo(expected, -3)
})
