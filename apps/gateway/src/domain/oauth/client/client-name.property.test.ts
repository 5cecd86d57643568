import { anyText } from '@fjmcp-broker/testkit/any-text'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanClientName } from './client-name.ts'

const runs = { seed: 9457, numRuns: 1_000 }
const hostile = [
  '\u202E',
  '\u2066',
  '\u200B',
  '\u2028',
  '\0',
  '\u001B[2J',
  '\n',
  '\u0301',
  '\u2800',
  '\u00AD',
  ' ',
  'a',
  '✓',
  'ä',
  '🦊',
  '\uD800',
]

const anyName = fc.oneof(
  anyText({ maxLength: 200 }),
  fc.array(fc.constantFrom(...hostile), { maxLength: 200 }).map((parts) => parts.join('')),
)

test('whatever a client calls itself is one short line that can be read, or nothing', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const clean = cleanClientName(name) ?? 'nothing'
      expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|\s\s|^\s|\s$|\p{M}{3}/u)
      expect(clean).toMatch(/[\p{L}\p{N}]/u)
      expect(Array.from(clean).length).toBeLessThanOrEqual(80)
    }),
    runs,
  )
})

test('a clean name stays as it is', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const clean = cleanClientName(name)
      fc.pre(clean !== undefined)
      expect(cleanClientName(clean)).toBe(clean)
    }),
    runs,
  )
})
