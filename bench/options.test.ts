import { expect, test } from 'vitest'
import { parseOptions, partNames } from './options.ts'

test('everything is measured in five rounds where nothing is said', () => {
  expect(parseOptions([])).toMatchObject({ parts: partNames, sizes: { rounds: 5 }, isQuick: false, withPeers: true })
})

test('parts are run in their own order, whatever the order of the arguments', () => {
  expect(parseOptions(['--only', 'lists', '--only', 'calls'])).toMatchObject({ parts: ['calls', 'lists'] })
})

test('rounds can be set for a quick run too', () => {
  expect(parseOptions(['--quick', '--rounds', '3', '--no-peers'])).toMatchObject({ sizes: { rounds: 3 }, isQuick: true, withPeers: false })
})

test.each([
  ['--only', 'nothing'],
  ['--rounds', '0'],
  ['--rounds', 'many'],
  ['--unheard-of', ''],
])('%s %s is refused in words', (...args) => {
  expect(parseOptions(args.filter((arg) => arg !== ''))).toBeTypeOf('string')
})
