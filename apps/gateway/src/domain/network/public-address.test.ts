import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPublicAddress, isPublicElsewhere } from './public-address.ts'

test.each([
  '1.1.1.1',
  '93.184.216.34',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:2800:220:1::1',
  '2a00:1450:4001:82b::200e',
])('takes %s for public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each([
  ['unspecified', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['carrier-grade NAT', '100.127.255.255'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['link-local, where clouds keep their metadata', '169.254.169.254'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['protocol assignments', '192.0.0.8'],
  ['documentation', '192.0.2.1'],
  ['6to4 relays', '192.88.99.1'],
  ['private', '192.168.1.1'],
  ['benchmarking', '198.18.0.1'],
  ['benchmarking', '198.19.255.255'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['IPv4-compatible', '::7f00:1'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['IPv4-mapped', '::ffff:127.0.0.1'],
  ['IPv4-mapped, though of a public address', '::ffff:1.1.1.1'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['NAT64', '64:ff9b::10.0.0.1'],
  ['NAT64, though of a public address', '64:ff9b::1.1.1.1'],
  ['local NAT64', '64:ff9b:1::10.0.0.1'],
  ['discarded', '100::1'],
  ['Teredo', '2001::1'],
  ['benchmarking', '2001:2::1'],
  ['ORCHID', '2001:20::1'],
  ['documentation', '2001:db8::1'],
  ['6to4', '2002:7f00:1::1'],
  ['documentation', '3fff::1'],
  ['segment routing', '5f00::1'],
  ['not given out', '4000::1'],
  ['unique local', 'fc00::1'],
  ['unique local', 'fd12:3456::1'],
  ['link-local', 'fe80::1'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['public with a zone', '2606:2800:220:1::1%eth0'],
  ['no plain spelling', '0177.0.0.1'],
  ['no plain spelling', '0x5d.184.216.34'],
  ['no plain spelling', '93.184.216.034'],
  ['no plain spelling', '1572395042'],
  ['no plain spelling', '93.184.55330'],
  ['a range', '93.184.216.34/32'],
  ['a name', 'localhost'],
  ['nothing', ''],
])('does not take for public what is %s: %s', (_, address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test('never takes an IPv6 address for public that has an IPv4 address in a known way within', () => {
  const prefixes = ['::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '64:ff9b:1:ffff::']
  fc.assert(
    fc.property(fc.constantFrom(...prefixes), fc.ipV4(), (prefix, address) => {
      expect(isPublicAddress(`${prefix}${address}`)).toBe(false)
    }),
    { seed: 6890 },
  )
})

test.each([
  ['93.184.216.34', ['127.0.0.1', '93.184.216.34'], false],
  ['2606:2800:220:1::1', ['::1', '2606:2800:220:1:0:0:0:1'], false],
  ['93.184.216.34', ['127.0.0.1', 'fe80::1%eth0', '93.184.216.35'], true],
  ['10.0.0.2', ['10.0.0.1'], false],
])('takes %s on a machine that has %j for public elsewhere: %s', (address, own, expected) => {
  expect(isPublicElsewhere(address, own)).toBe(expected)
})

test('never throws, whatever a resolver says', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4Extended(), fc.ipV6(), fc.constantFrom('::g', '1.2.3.4.5', '%', ':::')), (text) => {
      expect(typeof isPublicAddress(text)).toBe('boolean')
    }),
    { seed: 6890 },
  )
})
