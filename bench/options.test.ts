import { expect, test } from 'vitest'
import { parseOptions, partNames } from './options.ts'

test('everything is measured in five rounds where nothing is said', () => {
  expect(parseOptions([])).toMatchObject({ value: { parts: partNames, sizes: { rounds: 5 }, isQuick: false, withPeers: true } })
})

test('parts are run in their own order, whatever the order of the arguments', () => {
  expect(parseOptions(['--only', 'lists', '--only', 'calls'])).toMatchObject({ value: { parts: ['calls', 'lists'] } })
})

test('rounds can be set for a quick run too', () => {
  expect(parseOptions(['--quick', '--rounds', '3', '--no-peers'])).toMatchObject({
    value: { sizes: { rounds: 3 }, isQuick: true, withPeers: false },
  })
})

test('help is asked for, whatever stands beside it', () => {
  expect(parseOptions(['--quick', '--help'])).toEqual({ ok: true, value: 'help' })
})

test.each([
  ['--only', 'nothing'],
  ['--rounds', '0'],
  ['--rounds', 'many'],
  ['--unheard-of', ''],
])('%s %s is refused in words', (...args) => {
  expect(parseOptions(args.filter((arg) => arg !== ''))).toEqual({ ok: false, error: expect.any(String) })
})
