import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findClientAddress } from './client-address.ts'
import { type IpAddress, parseIpAddress } from './ip-address.ts'

const proxies = new Set(['127.0.0.1', '10.0.0.1', '10.0.0.2', 'fd00::1'])
const isTrusted = (address: IpAddress) => proxies.has(address.toString())

function find(peer: string, forwardedFor: string | undefined): string {
  const address = parseIpAddress(peer)
  if (address === undefined) throw new Error('malformed')
  return findClientAddress({ peer: address, forwardedFor, isTrusted }).toString()
}

test.each<[why: string, peer: string, forwardedFor: string | undefined, client: string]>([
  ['nothing was forwarded', '127.0.0.1', undefined, '127.0.0.1'],
  ['the header is empty', '127.0.0.1', '', '127.0.0.1'],
  ['the peer is not trusted', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
  ['one proxy', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['two proxies', '127.0.0.1', '198.51.100.1, 10.0.0.1', '198.51.100.1'],
  ['what the client wrote itself', '127.0.0.1', '127.0.0.1, 203.0.113.5, 198.51.100.1', '198.51.100.1'],
  ['all of them trusted', '127.0.0.1', '10.0.0.2,10.0.0.1', '10.0.0.2'],
  ['several headers, joined', '127.0.0.1', '203.0.113.5, 198.51.100.1,  10.0.0.1', '198.51.100.1'],
  ['a port', '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
  ['IPv6', '127.0.0.1', '2001:DB8::7', '2001:db8::7'],
  ['IPv6 in brackets', '127.0.0.1', '[2001:db8::7]', '2001:db8::7'],
  ['IPv6 with a port', '127.0.0.1', '[2001:db8::7]:443', '2001:db8::7'],
  ['a mapped proxy', '::ffff:127.0.0.1', '198.51.100.1, ::ffff:10.0.0.1', '198.51.100.1'],
  ['a proxy with a zone', 'fd00::1%eth0', '198.51.100.1', '198.51.100.1'],
])('finds the client: %s', (_, ...[peer, forwardedFor, client]) => {
  expect(find(peer, forwardedFor)).toBe(client)
})

test.each([
  'unknown',
  '_hidden',
  '',
  '127.1',
  '198.51.100.1:',
  '198.51.100.1:123456',
  '[198.51.100.1',
  '[]',
  '198.51.100.1;',
  '"198.51.100.1"',
])('where a proxy wrote %j it is the proxy, not what stands before', (entry) => {
  expect(find('127.0.0.1', `203.0.113.5, ${entry}, 10.0.0.1`)).toBe('10.0.0.1')
})

test('follows no way of absurd length', () => {
  expect(find('127.0.0.1', `203.0.113.5${',10.0.0.1'.repeat(5_000)}`)).toBe('10.0.0.1')
})

test('never takes the word of anybody behind the first who is not trusted', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.constantFrom(...proxies), { maxLength: 10 }), (forged, way) => {
      expect(find('127.0.0.1', [forged, '198.51.100.1', ...way].join(','))).toBe('198.51.100.1')
    }),
    { seed: 7239 },
  )
})

test('whatever is written, the answer is an address', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('127.0.0.1', '192.0.2.1'), (forwardedFor, peer) => {
      expect(parseIpAddress(find(peer, forwardedFor))).toBeDefined()
    }),
    { seed: 7239 },
  )
})
