import { expect, it } from 'vitest'
import { parseUidRange } from './uid-range.ts'

it('reads the first and the last uid', () => {
  expect(parseUidRange('10000-59999')).toEqual({ first: 10_000, last: 59_999 })
  expect(parseUidRange('65535-2147483647')).toEqual({ first: 65_535, last: 2_147_483_647 })
})

it.each(['', '10000', '10000-', '-10000', '10000:59999', '10000 - 59999', '1e4-2e4', '20000-10000', '70000-2147483648'])(
  'takes %j for no range',
  (text) => {
    expect(parseUidRange(text)).toBeUndefined()
  },
)

it.each([
  ['root', '0-1000'],
  ['the gateway', '60000-65532'],
  ['nobody', '65534-70000'],
])('refuses a range with the uid of %s', (_, text) => {
  expect(parseUidRange(text)).toBeUndefined()
})
