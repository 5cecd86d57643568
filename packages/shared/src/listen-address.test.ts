import { expect, test } from 'vitest'
import { parseListenAddress, reachableAddress } from './listen-address.ts'

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
