import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isClientId } from './client-id.ts'

test.each(['cli_01KA0000000000000000000000', 'https://client.example/oauth/metadata.json'])('takes %s for an id', (text) => {
  expect(isClientId(text)).toBe(true)
})

test.each([
  'cli_01ka0000000000000000000000',
  'cli_01KA000000000000000000000',
  'cli_01KA00000000000000000000000',
  'cli_01KA0000000000000000000000\n',
  ' cli_01KA0000000000000000000000',
  'usr_01KA0000000000000000000000',
  'http://client.example/oauth/metadata.json',
  'https://client.example',
  '',
])('does not take %j for an id', (text) => {
  expect(isClientId(text)).toBe(false)
})

test('takes nothing for an id that holds anything but letters of a URL', () => {
  fc.assert(
    fc.property(fc.tuple(fc.constantFrom('', 'cli_', 'https://client.example/'), anyText()), ([start, rest]) => {
      expect(isClientId(start + rest) ? start + rest : '!').toMatch(/^[!-~]+$/)
    }),
    { seed: 6749, numRuns: 1_000 },
  )
})
