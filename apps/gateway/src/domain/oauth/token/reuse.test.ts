import { expect, test } from 'vitest'
import { judgeReuse } from './reuse.ts'

test.each([
  { graceMs: 30_000, ageMs: 0, reuse: 'repeat' },
  { graceMs: 30_000, ageMs: 29_999, reuse: 'repeat' },
  { graceMs: 30_000, ageMs: 30_000, reuse: 'revoke' },
  { graceMs: 0, ageMs: 0, reuse: 'refuse' },
  { graceMs: 0, ageMs: 999, reuse: 'refuse' },
  { graceMs: 0, ageMs: 1_000, reuse: 'revoke' },
  { graceMs: 500, ageMs: 700, reuse: 'refuse' },
])('a use $ageMs ms after the first, with a grace of $graceMs ms: $reuse', ({ graceMs, ageMs, reuse }) => {
  expect(judgeReuse({ usedAtMs: 5_000, graceMs, nowMs: 5_000 + ageMs })).toBe(reuse)
})

test('a first use of which nothing was recorded was long ago', () => {
  expect(judgeReuse({ usedAtMs: undefined, graceMs: 30_000, nowMs: 0 })).toBe('revoke')
})
