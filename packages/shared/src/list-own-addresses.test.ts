import { expect, test } from 'vitest'
import { listOwnAddresses } from './list-own-addresses.ts'

test('loopback is among the own addresses', () => {
  expect(listOwnAddresses()).toContain('127.0.0.1')
})
