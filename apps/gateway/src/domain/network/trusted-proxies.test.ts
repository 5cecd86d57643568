import { describe, expect, test } from 'vitest'
import { parseIpAddress } from './ip-address.ts'
import { createTrust, parseTrustedProxies } from './trusted-proxies.ts'

function isTrusted(setting: string, address: string, ownAddresses: readonly string[] = []): boolean {
  const proxies = parseTrustedProxies(setting)
  const parsed = parseIpAddress(address)
  if (!proxies.ok || parsed === undefined) throw new Error('malformed')
  return createTrust(proxies.value, ownAddresses)(parsed)
}

test.each([
  ['loopback', '127.0.0.1', true],
  ['loopback', '127.8.8.8', true],
  ['loopback', '::1', true],
  ['loopback', '::ffff:127.0.0.1', true],
  ['loopback', '10.0.0.1', false],
  ['loopback', '0.0.0.0', false],
  ['private', '10.1.2.3', true],
  ['private', '172.16.0.1', true],
  ['private', '172.32.0.1', false],
  ['private', '192.168.1.1', true],
  ['private', '169.254.1.2', true],
  ['private', 'fd00::1', true],
  ['private', 'fe80::1%eth0', true],
  ['private', '127.0.0.1', false],
  ['private', '100.64.0.1', false],
  ['private', '203.0.113.5', false],
  ['192.0.2.0/24 2001:db8::5', '192.0.2.9', true],
  ['192.0.2.0/24 2001:db8::5', '2001:db8::5', true],
  ['192.0.2.0/24 2001:db8::5', '2001:db8::6', false],
  ['none', '127.0.0.1', false],
])('with %j, %s is trusted: %s', (setting, address, trusted) => {
  expect(isTrusted(setting, address)).toBe(trusted)
})

describe('own', () => {
  const ownAddresses = ['203.0.113.9', '2001:db8::9', 'fe80::9%eth0', 'nonsense']

  test('stands for the addresses of the machine and no others', () => {
    expect(isTrusted('own', '203.0.113.9', ownAddresses)).toBe(true)
    expect(isTrusted('own', '::ffff:203.0.113.9', ownAddresses)).toBe(true)
    expect(isTrusted('own', '2001:db8::9', ownAddresses)).toBe(true)
    expect(isTrusted('own', '203.0.113.8', ownAddresses)).toBe(false)
  })

  test('is not trusted where it is not named', () => {
    expect(isTrusted('loopback private', '203.0.113.9', ownAddresses)).toBe(false)
  })
})

test.each([
  ['loopback everyone', ['everyone']],
  ['private none', ['none']],
  ['10.0.0.0/8 0.0.0.0/0 proxy.example', ['0.0.0.0/0', 'proxy.example']],
  ['', []],
])('refuses %j and names what is wrong in it', (setting, unknown) => {
  expect(parseTrustedProxies(setting)).toEqual({ ok: false, error: { unknown } })
})
