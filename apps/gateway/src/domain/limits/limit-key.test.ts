import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { limitKey, networkLimitKey } from './limit-key.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  [undefined, 'unknown'],
  ['nonsense', 'unknown'],
])('counts %s as %s', (address, key) => {
  expect(limitKey(address)).toBe(key)
})

test('counts all of one network of 64 bits as one, and two such networks as two', () => {
  const group = fc.integer({ min: 1, max: 0xffff }).map((number) => number.toString(16))
  const groups = fc.array(group, { minLength: 4, maxLength: 4 }).map((parts) => parts.join(':'))
  fc.assert(
    fc.property(fc.tuple(groups, groups), fc.tuple(groups, groups), ([network, host], [otherNetwork, otherHost]) => {
      expect(limitKey(`${network}:${host}`)).toBe(limitKey(`${network}:${otherHost}`))
      expect(limitKey(`${network}:${host}`) === limitKey(`${otherNetwork}:${host}`)).toBe(network === otherNetwork)
    }),
    { seed: 4291 },
  )
})

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['192.0.2.7', undefined],
  ['::ffff:192.0.2.7', undefined],
  [undefined, undefined],
])('counts %s once more as %s', (address, key) => {
  expect(networkLimitKey(address)).toBe(key)
})
