import { expect, test } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

test.each([
  [null, undefined],
  ['0', 0],
  ['30', 30_000],
  ['86400', 60_000],
  ['Fri, 31 Dec 2027 23:59:59 GMT', 60_000],
  ['-1', 60_000],
])('takes %j for a wait of %j ms', (header, waitMs) => {
  expect(parseRetryAfter(header)).toBe(waitMs)
})
