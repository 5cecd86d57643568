import { isIP } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isInNetwork, parseIpAddress, parseIpNetwork } from './ip-address.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:c000:207', '192.0.2.7'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['fe80::1%br-0a.1', 'fe80::1'],
  ['::1', '::1'],
])('reads %s as %s', (text, address) => {
  expect(parseIpAddress(text)?.toString()).toBe(address)
})

test.each([
  '',
  'unknown',
  'localhost',
  '2130706433',
  '127.1',
  '0x7f.0.0.1',
  '010.0.0.1',
  '256.0.0.1',
  '1.2.3.4.5',
  '192.0.2.7/32',
  ' 192.0.2.7',
  '::127.0.0.1',
  '::ffff:010.0.0.1',
  '1::2::3',
  '::12345',
  ':::',
  '1:2:3:4:5:6:7:8:9',
  '2001:db8::1%',
  `fe80::1%${'z'.repeat(65)}`,
  '[::1]',
])('does not read %j as an address', (text) => {
  expect(parseIpAddress(text)).toBeUndefined()
})

test('reads every address that Node’s sockets take', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      // fast-check also makes the old form with an IPv4 address at the end, which no socket tells.
      fc.pre(!/:.*\./.test(text))
      expect(parseIpAddress(text)).toBeDefined()
    }),
    { seed: 4291 },
  )
})

test('what it reads is what it writes, and a valid address', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.stringMatching(/^[\d.:a-f%\]]{1,45}$/)), (text) => {
      const address = parseIpAddress(text)?.toString()
      if (address === undefined) return
      expect(isIP(address)).toBeGreaterThan(0)
      expect(parseIpAddress(address)?.toString()).toBe(address)
    }),
    { seed: 4291 },
  )
})

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.20.30.40/8', '10.1.1.1', true],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:db8::/32', '10.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['::/1', '10.0.0.1', false],
])('%s and %s: %s', (network, address, isIn) => {
  const [parsed, client] = [parseIpNetwork(network), parseIpAddress(address)]
  if (parsed === undefined || client === undefined) throw new Error('malformed')
  expect(isInNetwork(client, parsed)).toBe(isIn)
})

test.each(['', '/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129', '0.0.0.0/0', '::/0', 'private/8'])(
  'does not read %j as a network',
  (text) => {
    expect(parseIpNetwork(text)).toBeUndefined()
  },
)
