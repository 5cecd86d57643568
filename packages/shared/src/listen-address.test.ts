import { expect, test } from 'vitest'
import { isOverlapping, parseListenAddress, reachableAddress } from './listen-address.ts'

test.each([
  ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
  ['[::1]:65535', { host: '::1', port: 65_535 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
])('parses %s', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address)
})

test.each(['8080', ':8080', '::1:8080', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '127.0.0.1:80 ', 'http://127.0.0.1:80'])(
  'takes %j for no address',
  (text) => {
    expect(parseListenAddress(text)).toBeUndefined()
  },
)

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
  ['192.0.2.1', '192.0.2.1'],
])('a server that listens on %s is reached at %s', (host, reached) => {
  expect(reachableAddress({ host, port: 8080 })).toEqual({ host: reached, port: 8080 })
})

test.each([
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '0.0.0.0', true],
  ['127.0.0.1', '::', true],
  ['::', '0.0.0.0', true],
  ['::1', '0:0:0:0:0:0:0:1', true],
  ['::1', 'localhost', true],
  ['Broker.example.org', 'broker.example.org', true],
  ['0.0.0.0', 'broker.example.org', true],
  ['127.0.0.1', '127.0.0.2', false],
  ['0.0.0.0', '::1', false],
  ['192.0.2.1', 'localhost', false],
])('servers at one port of %s and %s: in each other’s way is %s', (host, other, expected) => {
  expect(isOverlapping({ host, port: 8080 }, { host: other, port: 8080 })).toBe(expected)
  expect(isOverlapping({ host: other, port: 8080 }, { host, port: 8080 })).toBe(expected)
})

test.each([
  [8080, 8081],
  [0, 0],
])('servers at the ports %i and %i of one address are not in each other’s way', (port, other) => {
  expect(isOverlapping({ host: '::', port }, { host: '::', port: other })).toBe(false)
})
